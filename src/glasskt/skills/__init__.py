"""What a run learned of each skill: a number per quantity and skill, which halves of the students can be asked to repeat."""
