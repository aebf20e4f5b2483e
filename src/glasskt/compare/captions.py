"""What every table of a study holds, in a sentence or two: the captions of the LaTeX tables and of the report.

Plain text: no mark-up of LaTeX or reStructuredText, so that both take it as it stands.
"""

GROUPS: dict[str, dict[str, str]] = {
    "Data and item response theory": {
        "data": "The data. Scored responses leave out each student's first.",
        "practice": (
            "Accuracy by a student's attempt at a skill and by right answers in a row at the skill before the response, and how "
            "sequences of attempts end. 95 % intervals from resampled students."
        ),
        "irt": (
            "The item response fit and the drift of ability, means over folds, beside the reference of note 003 where the data are "
            "the same. Abilities and difficulties in logits."
        ),
        "backends": (
            "Estimators of the static fit on the same training students, and the fits that the guards refuse. β, θ and scores in "
            "logits; r and largest difference of β with the marginal fit (mml)."
        ),
    },
    "Models": {
        "models": (
            "Predictions on the test students, means over runs; 95 %: student-clustered interval of one run; seed sd and fold sd: "
            "spread over seeds and folds. Head AUC: of the black-box head of a two-headed model. Published figures are not ours."
        ),
        "pairs": (
            "The study's focus variant less each other variant on the same test responses: differences with 95 % intervals paired "
            "by student, and p-values after Holm's correction over the variants."
        ),
        "rows": (
            "On which test responses the focus variant falls short of the average of runs that predicts best: AUC and log loss left, "
            "with 95 % intervals by student, and the share of all that is left."
        ),
        "calibration": (
            "Calibration on the test students, means over runs: expected calibration error by bins of equal width and of equal "
            "counts, and the parts of the Brier score."
        ),
        "slopes": (
            "Slopes of the additive models that are also fitted to halves of the students: mean over skills in logits per standard "
            "deviation of the feature with its 95 % interval by students (jackknife over folds), sd over skills, share of skills with the "
            "commoner sign, means in the halves; r over skills between the halves, and reliability of the fit to all students."
        ),
        "calibration_bins": "The bins of every run's calibration: mean probability, success rate and count.",
    },
    "Forms of l_23": {
        "l23_prediction": (
            "Forms of l_23: prediction of the glass path and of the black-box head on the test students, means over runs ± sd over seeds."
        ),
        "l23_alignment": (
            "Forms of l_23: distance from the item response targets on the test students, means over runs ± sd over seeds. "
            "Cross-entropy and divergence in nats, squares in squared logits."
        ),
        "l23_scale": "Forms of l_23: scale of ability and difficulty (logits) and of mastery on the test students.",
        "l23_agreement": (
            "Forms of l_23: correlations on the test students. Ability with the filtered (dynamic) and with the final static "
            "ability, the latter also after so many responses; mastery with the reference's mastery."
        ),
        "l23_training": (
            "Forms of l_23 at the kept epoch: λ, shares of the weighted loss, norms of the unweighted terms' gradients on the "
            "shared encoder, and cosines between them."
        ),
        "l23_lambda": (
            "Variants that differ in the weight λ of the alignment alone, on the test students. λ of the kept epoch; lost: AUC "
            "below the best of the curve."
        ),
        "l23_as_found": (
            "The faults of note 003 and its figures; losses as each variant computes them, on the validation students. A star marks "
            "a figure within a factor of two of the note's which, for one fault alone, the sound variant does not have."
        ),
        "l23_course": "The forms of l_23 epoch by epoch: every quantity of the training history, by variant.",
    },
    "Gains": {
        "gains_models": (
            "The gain models on the test students, means over runs ± sd over seeds. Scalar sd: of what the notes exported as the "
            "gain; gain sd: over skills after one response; r of halves: of the skills' mean gains in models of different students, "
            "as found in the history and in equal contexts."
        ),
        "gains_replication": (
            "Figures of the notes beside ours on one trained model, as the notes measured and as the name of the quantity says, "
            "with a verdict."
        ),
        "gains_contrasts": "The notes' remedies: differences of two variants beside the noise that they must exceed.",
        "gains_ablation": (
            "Learned gains against controls whose gains are 0, 1 or the response. Drop: paired difference in test AUC with its 95 % "
            "interval by student; a star marks the strongest control, by validation AUC."
        ),
        "rethinks": (
            "Remedies that the notes list for uniform gains, one run each: test AUC less V1's with its paired 95 % interval by student "
            "(p with Holm's correction), spread and split-half r of gains, drop against the strongest control with fixed gains, verdict."
        ),
        "rethinks_tree": "The decision tree of note 001: what each branch says, whether our spread of gains chooses it, and what it did.",
        "gains_by_skill": (
            "Mean gain of every skill with its 95 % interval by student, and the mean of the notes' scalar, in the variants that "
            "have halves."
        ),
    },
    "Checks": {
        "checks": (
            "Every check of every variant: value with 95 % interval by student, what a model without the property scores (null), "
            "the untrained network, the ceiling, what was asked, and the verdict."
        ),
        "check_matrix": "Every quantity that can be passed, by variant: the value, and the verdict unless it is a pass.",
        "notes": ("Every figure of the notes beside ours of the same quantity, with null, ceiling, what was asked, and both verdicts."),
        "power": "How often each check passes simulated students' truth, and a model without the property.",
    },
}
"""Group -> table -> its caption."""

CAPTIONS = {table: caption for tables in GROUPS.values() for table, caption in tables.items()}
