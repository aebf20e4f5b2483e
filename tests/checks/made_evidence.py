"""Rasch students with a known truth, as rows of every file that verify reads."""

import json

import numpy as np
import pandas as pd

from glasskt.checks.parts.evidence import Evidence, scored, with_irt, with_truth
from glasskt.outputs import write_parquet

STUDENTS, STEPS, SKILLS = 240, 25, 6
QUANTITIES = (
    "p_before",
    "p_blackbox_before",
    "mastery_before",
    "mastery_after",
    "mastery_all_before",
    "gain",
    "legacy_gain",
    "theta_before",
    "theta_after",
    "beta",
)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Files:
    """The tables of one run in which the truth is the reference; `model` says what the model claims."""

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.ability, self.difficulty = 0.9 * rng.standard_normal(STUDENTS), np.linspace(-1.2, 0.6, SKILLS)
        self.student = np.repeat(np.arange(STUDENTS) + 100, STEPS)
        self.step = np.tile(np.arange(STEPS), STUDENTS)
        self.skill = rng.integers(0, SKILLS, STUDENTS * STEPS)
        self.theta = np.repeat(self.ability, STEPS)
        self.beta = self.difficulty[self.skill]
        self.p = sigmoid(self.theta - self.beta)
        self.moving = self.theta + 0.3 * rng.standard_normal(len(self.theta))
        self.response = (rng.random(len(self.p)) < self.p).astype(np.int8)
        self.test = self.student >= 100 + STUDENTS // 2
        self.keys = pd.DataFrame({"student": self.student, "step": self.step.astype(np.int32)})

    def interactions(self):
        fold = pd.arrays.IntegerArray(np.where(self.test, 0, 2 * (self.student % 2)), self.test)
        split = np.where(self.test, "test", "train_valid")
        return self.keys.assign(skill=self.skill, response=self.response, fold=fold, split=split)

    def trajectories(self, **model):
        rows = self.keys.assign(skill=self.skill, response=self.response)
        absent = np.full(len(rows), np.nan)
        said = {"p_before": self.p, **model}
        return rows.assign(**{name: pd.array(said.get(name, absent), dtype="Float32") for name in QUANTITIES})

    def gains(self, of_skill=None):
        """Gains of all skills, the same at every interaction; none where the model has none."""
        keys = self.keys[self.test & (self.student % 10 == 0)]
        if of_skill is None:
            return pd.DataFrame({"student": keys["student"][:0], "step": keys["step"][:0], "skill": np.int32([]), "gain": np.float32([])})
        every = keys.loc[keys.index.repeat(SKILLS)].reset_index(drop=True)
        return every.assign(skill=np.tile(np.arange(SKILLS), len(keys)), gain=np.tile(np.float32(of_skill), len(keys)))

    def irt(self):
        items = pd.DataFrame({"skill": np.arange(SKILLS), "beta": self.difficulty})
        students = pd.DataFrame({"student": np.arange(STUDENTS) + 100, "theta": self.ability})
        return items, students, self.keys.assign(theta_before=self.moving, p_before=sigmoid(self.moving - self.beta))

    def truth(self):
        steps = self.keys.assign(theta_before=self.theta, state_before=0.05 * self.step, p=self.p)
        gains = {"gain_correct": np.linspace(0.1, 0.4, SKILLS), "gain_wrong": np.linspace(0.3, 0.05, SKILLS)}
        skills = pd.DataFrame({"skill": np.arange(SKILLS), "beta": self.difficulty, **gains})
        return steps, skills, pd.DataFrame({"student": np.arange(STUDENTS) + 100, "theta": self.ability})

    def evidence(self, *, truth=False, gains=None, **model):
        rows = scored(self.trajectories(**model), self.interactions())
        rows = with_irt(rows[rows["split"] == "test"], self.interactions(), *self.irt())
        return Evidence(rows=with_truth(rows, *self.truth()) if truth else rows, gains=self.gains(gains))

    def write(self, folder, **model):
        tables = {"trajectories": self.trajectories(**model), "gains": self.gains(), "interactions": self.interactions()}
        tables |= dict(zip(("items", "students", "theta"), self.irt(), strict=True))
        tables |= {name: pd.DataFrame({"student": [], "step": []}) for name in ("flips", "movement", "states")}
        tables |= dict(zip(("truth_steps", "truth_skills", "truth_students"), self.truth(), strict=True))
        places = {name: folder / f"{name}.parquet" for name in tables} | {"fit": folder / "fit.json", "facts": folder / "facts.json"}
        places["history"] = folder / "history.csv"
        for name, table in tables.items():
            write_parquet(table)(places[name])
        pd.DataFrame({"epoch": [1, 2], "train_l_bce": [0.6, 0.5]}).to_csv(places["history"], index=False)
        places["fit"].write_text(json.dumps({"valid_auc": 0.7, "lambda": None}))
        places["facts"].write_text(json.dumps({"scored_test": int((self.test & (self.step > 0)).sum())}))
        return places
