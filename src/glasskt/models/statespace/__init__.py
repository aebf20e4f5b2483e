"""A state space of skills: the ability of an analytic filter, and skill states that learned gains move and time wears down."""
