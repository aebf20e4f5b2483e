"""What every figure of a study shows, in a sentence or two, for the report; the paper words its own captions by its data."""

GROUPS: dict[str, dict[str, str]] = {
    "Data and item response theory": {
        "practice": (
            "Accuracy by a student's attempt at a skill (left) and by the right answers in a row at the skill before the response "
            "(right), with 95 % intervals from resampled students."
        ),
        "difficulty": (
            "Person-item map in logits. Left: abilities of the training students. Right: the skills by difficulty with 95 % "
            "intervals. Dashed: means."
        ),
        "ability": (
            "Correlation over test students of the ability before a response with the static ability from all responses, by "
            "responses seen, for the filter and for the focus variant, with 95 % intervals."
        ),
        "courses": (
            "Ability of three test students in logits as the filter follows it and as the smoother sees it afterwards; bands are 95 %."
        ),
    },
    "Models": {
        "reliability": (
            "Success rate less mean probability in bins of equal width, with 95 % intervals over students (above), and how often "
            "the focus variant gives which probability (below)."
        ),
        "trajectory": (
            "A test student before each response, by the focus variant and by the exact filter. Above: ability in logits. Below: "
            "mastery of the asked skill. Marks: responses; shades: runs of one skill."
        ),
        "explained": (
            "Why an additive model expects what it does of the last response of three test students: sums of terms by group, each bar from "
            "where the one above ends. Below the line: what they sum to, and the same skill next."
        ),
    },
    "Forms of l_23": {
        "l23": (
            "Spread of the learned ability by form of l_23 (log axis; the line is the sd of the static targets), and agreement of "
            "mastery with the reference's mastery. Bars are 95 % intervals; diamonds: note 003."
        ),
        "l23_training": ("Training under each form of l_23, epoch by epoch, means over seeds. The line is the sd of the static targets."),
        "l23_lambda": (
            "Prediction given up and agreement won as λ grows, by form of l_23, on the test students. Shaded: within the noise of "
            "the best of the curve."
        ),
    },
    "Gains": {
        "gains": (
            "Left: sd of true gains and of the notes' scalar in the same models; dashed: what note 001 asks. Right: mean gain of "
            "each skill, sorted, with 95 % intervals over students, and the scalar's mean."
        ),
        "gains_worth": (
            "Left: whether the gains of skills repeat between models of different students, by the sd of gains. Right: test AUC lost "
            "when the gains are fixed; orange: the strongest control. Bars are 95 % intervals."
        ),
    },
    "Checks": {
        "matrix": (
            "The check matrix: models by checks, with 95 % intervals, what was asked (dashed), what a model without the property "
            "scores, and the ceiling."
        ),
    },
}
"""Group -> figure -> its caption."""

CAPTIONS = {figure: caption for figures in GROUPS.values() for figure, caption in figures.items()}
