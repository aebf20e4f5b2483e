"""What a data set is: its block in params.yaml, by format, and the published data sets, those that can be fetched and those to ask for.

Imports neither pandas nor torch, so that the configuration is checked at once.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from glasskt.errors import UserError


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def n_folds(self) -> int | None:
        """Number of folds, numbered from 0; None where only the files tell."""
        return None

    @property
    def files(self) -> tuple[str, ...]:
        """The raw files that the format is read from, in order: paths where the block names them, else names."""
        return ("responses.csv",)


class Simulated(_Block):
    """Simulated students whose truth is known; the model is in `glasskt.data.simulator`."""

    format: Literal["simulated"]
    students: int = Field(1000, ge=10)
    skills: int = Field(20, ge=2)
    seed: int = Field(0, ge=0)

    theta_sd: float = Field(0.8, gt=0)
    """Spread of the students' general ability, in logits."""
    beta_mean: float = -0.5
    """Mean difficulty of the skills, in logits."""
    beta_sd: float = Field(0.7, ge=0)
    """Spread of the difficulties, in logits."""
    gain_correct: float = Field(0.25, ge=0)
    """Mean over skills of what a correct response adds to the skill's state, in logits."""
    gain_wrong: float | None = Field(0.12, ge=0)
    """The same after a wrong response; null: as after a correct one."""
    gain_spread: float = Field(0.5, ge=0)
    """Standard deviation of the log gains over skills."""

    visits: float = Field(8.0, ge=1)
    """Mean number of runs (one run = one skill practised in a row) of a student; geometric."""
    revisit: float = Field(0.2, ge=0, le=1)
    """Probability that a run goes back to a skill met before."""
    mastery_stop: int | None = Field(3, ge=1)
    """A run ends after this many correct responses in a row, like an ASSISTments skill builder; null: lengths as `run_lengths` says."""
    run_lengths: Literal["geometric", "fixed"] = "geometric"
    """Law of the run lengths without a mastery stop."""
    run_length: int = Field(5, ge=1)
    """Mean length of a run without a mastery stop."""
    max_run: int = Field(15, ge=1)
    """No run is longer."""

    folds: int = Field(5, ge=2)
    test_share: float = Field(0.2, gt=0, lt=1)

    @property
    def n_folds(self) -> int:
        """As many as are made."""
        return self.folds

    @model_validator(mode="after")
    def _a_run_can_end(self) -> Self:
        wanted = self.mastery_stop or (self.run_length if self.run_lengths == "fixed" else 1)
        if wanted > self.max_run:
            raise ValueError(f"max_run ({self.max_run}) is shorter than the {wanted} responses that a run needs; raise max_run")
        return self


class Pykt(_Block):
    """pyKT's two files train_valid.csv and test.csv: one row per student, lists joined by commas."""

    format: Literal["pykt"]
    skills: int = Field(ge=1)
    """Number of skills; concepts are 0 to skills - 1."""
    scored_test: int | None = Field(None, ge=1)
    """Scored test responses (all but each student's first) that the files must give."""

    @property
    def files(self) -> tuple[str, ...]:
        """As the format has it."""
        return ("train_valid.csv", "test.csv")


class Columns(_Block):
    """Which column of the table holds what."""

    student: str = "student"
    skill: str | None = "skill"
    """null with a Q-matrix, which says what an item practises."""
    response: str = "response"
    order: str | None = None
    """Sorts a student's responses (number or ISO 8601 time; ties keep the file's order); null: the file's order."""
    item: str | None = None
    response_id: str | None = None
    """Rows of a student that share it (and the item, where one is named) are one response to several skills."""
    time: str | None = None
    """Number, or ISO 8601 time, which becomes seconds since 1970."""
    fold: str | None = None
    """0, 1, ... per student; -1 or empty for test students; null: made by `folds` and `split_seed`."""
    split: str | None = None
    """train_valid or test per student; null: fold -1 is test or, without folds, made by `test_share` and `split_seed`."""


Dropped = Literal["no_skill", "no_response", "partial_credit", "no_order", "contradictory", "untrained_skill"]
"""Rows that a table may lose: an empty cell where the skill, the response or the order stands; a response between 0 and 1; rows that
are one response and have different answers; a response of a
test student to a skill that no other student practised."""


class Long(_Block):
    """A user's own table, csv or Parquet, one row per response, or per skill of a response."""

    format: Literal["long"]
    table: str
    columns: Columns = Columns()
    separator: str = Field(",", min_length=1, max_length=1)
    """What stands between the cells of a csv file."""
    encoding: Literal["utf-8", "latin-1"] = "utf-8"
    skill_separator: str | None = Field(None, min_length=1)
    """What joins the skills of a response in one cell; null: a cell is one skill."""
    sets_as_skills: bool = False
    """True: each set of skills that some response practises is one skill of its own, named by them: no response has several."""
    drop: tuple[Dropped, ...] = ()
    """Rows to leave out and count in dataset.json; any other row that cannot be read is an error."""
    one_row_one_response: bool = False
    """True: rows that look like one response (they agree in student, order, item and response) are responses of their own all the same."""
    q_matrix: str | None = None
    """csv file that says which skills an item practises: columns item and skill, or item and a column of 0 and 1 for each skill."""
    folds: int = Field(5, ge=2)
    test_share: float = Field(0.2, gt=0, lt=1)
    split_seed: int = Field(0, ge=0)

    @property
    def n_folds(self) -> int | None:
        """As many as are made, where no column says."""
        return self.folds if self.columns.fold is None else None

    @property
    def files(self) -> tuple[str, ...]:
        """The table, and the Q-matrix where there is one."""
        return (self.table,) if self.q_matrix is None else (self.table, self.q_matrix)

    @model_validator(mode="after")
    def _skills_have_one_source(self) -> Self:
        if self.q_matrix is not None and self.columns.item is None:
            raise ValueError("q_matrix needs columns.item, the column that names the item of each response")
        if self.q_matrix is not None and "skill" in self.columns.model_fields_set and self.columns.skill is not None:
            raise ValueError("skills come from q_matrix; leave columns.skill out")
        if self.q_matrix is None and self.columns.skill is None:
            raise ValueError("columns.skill is missing; name the column of the skill, or a q_matrix")
        if self.q_matrix is not None and (self.skill_separator is not None or self.columns.response_id is not None):
            raise ValueError("skills come from q_matrix, one row per response; leave skill_separator and columns.response_id out")
        if self.one_row_one_response and self.columns.response_id is not None:
            raise ValueError("columns.response_id says which rows are one response; leave one_row_one_response out")
        if "contradictory" in self.drop and self.columns.response_id is None:
            raise ValueError("drop: contradictory asks which rows are one response; name columns.response_id, or leave it out")
        return self


class Lines(_Block):
    """The text format of deep knowledge tracing: three or four lines a student."""

    format: Literal["lines"]
    train_valid: str
    test: str | None = None
    """null: made of `test_share` of the students."""
    lines: Literal[3, 4] = 3
    """3: count, skills, responses; 4: count, items, skills, responses."""
    first: Literal["count", "student"] = "count"
    """What the first line of a student holds; of several values the last is the student."""
    folds: int = Field(5, ge=2)
    test_share: float = Field(0.2, gt=0, lt=1)
    split_seed: int = Field(0, ge=0)

    @property
    def n_folds(self) -> int:
        """As many as are made."""
        return self.folds

    @property
    def files(self) -> tuple[str, ...]:
        """One file or two."""
        return (self.train_valid,) if self.test is None else (self.train_valid, self.test)


AnyDataset = Simulated | Pykt | Long | Lines

Dataset = Annotated[AnyDataset, Field(discriminator="format")]
"""A dataset block of params.yaml."""

_DATASET: TypeAdapter[AnyDataset] = TypeAdapter(Dataset)


def dataset_block(name: str, block: Any) -> AnyDataset:
    """The checked block `datasets.{name}`.

    Raises:
        UserError: A key is unknown or missing, or a value is out of range.
    """
    try:
        return _DATASET.validate_python(block)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(["datasets", name, *map(str, first["loc"][1:])])  # the first place is the format
        raise UserError(f"params.yaml: {key}: {first['msg']}") from error


@dataclass(frozen=True, kw_only=True)
class PublishedFile:
    """One file of a published data set, pinned."""

    name: str
    url: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published data set.

    Attributes:
        files: What `glasskt data get` fetches.
        licence: Under which terms, in one line.
        skills: Number of skills that the files hold.
        folds: Number of folds.
        scored_test: Test responses but each student's first.
    """

    files: tuple[PublishedFile, ...]
    licence: str
    skills: int
    folds: int
    scored_test: int


_PYKT = "https://raw.githubusercontent.com/pykt-team/pykt-toolkit/f766468f1d3083f737e5fde22a17a08de0d52552/data"

PUBLISHED: dict[str, Published] = {
    "assist2015": Published(
        files=(
            PublishedFile(
                name="train_valid.csv",
                url=f"{_PYKT}/assist2015/train_valid.csv",
                sha256="83ff2090d1ddaa6295854984733b699b52fa3b656d7c814d6c9da56822964ac7",
            ),
            PublishedFile(
                name="test.csv",
                url=f"{_PYKT}/assist2015/test.csv",
                sha256="518d8f6c81d487d5c342eedd9a46b4160c974945247baf16e01b432a3101d154",
            ),
        ),
        licence="files from pyKT (MIT); responses from the ASSISTments project (assistments.org), public for research",
        skills=100,
        folds=5,
        scored_test=134640,
    ),
}
"""Data sets by name."""


@dataclass(frozen=True, kw_only=True)
class OnRequest:
    """A published data set whose file its user gets from those who published it; nothing here does.

    Attributes:
        title: Its name in words.
        file: The file's published name.
        source: Page that offers it.
        terms: Under which terms, in a few words; docs/data.md has them with their source.
    """

    title: str
    file: str
    source: str
    terms: str


_ASSISTMENTS = "terms of use of ASSISTments: not to be passed on, no attempt to identify students"
_KDD = "rules of KDD Cup 2010"

ON_REQUEST: dict[str, OnRequest] = {
    "assist2009": OnRequest(
        title="ASSISTments 2009-2010 skill builder",
        file="skill_builder_data_corrected_collapsed.csv",
        source="https://sites.google.com/site/assistmentsdata/home/2009-2010-assistment-data/skill-builder-data-2009-2010",
        terms=_ASSISTMENTS,
    ),
    "assist2012": OnRequest(
        title="ASSISTments 2012-2013 with affect",
        file="2012-2013-data-with-predictions-4-final.csv",
        source="https://sites.google.com/site/assistmentsdata/datasets/2012-13-school-data-with-affect",
        terms=_ASSISTMENTS,
    ),
    "assist2017": OnRequest(
        title="ASSISTments Challenge 2017",
        file="anonymized_full_release_competition_dataset.csv",
        source="https://sites.google.com/view/assistmentsdatamining/dataset",
        terms=_ASSISTMENTS,
    ),
    "algebra2005": OnRequest(
        title="Algebra I 2005-2006 (KDD Cup 2010)",
        file="algebra_2005_2006_train.txt",
        source="https://pslcdatashop.web.cmu.edu/KDDCup/downloads.jsp",
        terms=_KDD,
    ),
    "bridge2006": OnRequest(
        title="Bridge to Algebra 2006-2007 (KDD Cup 2010)",
        file="bridge_to_algebra_2006_2007_train.txt",
        source="https://pslcdatashop.web.cmu.edu/KDDCup/downloads.jsp",
        terms=_KDD,
    ),
}
"""Data sets by the name that params.yaml gives them."""


def whence(file: str) -> str:
    """Where a file comes from, by its published name; empty for a name that is not known.

    Example:
        >>> whence("algebra_2005_2006_train.txt")[:60]
        'get Algebra I 2005-2006 (KDD Cup 2010) from https://pslcdata'
    """
    known = next((data for data in ON_REQUEST.values() if data.file == file), None)
    return f"get {known.title} from {known.source} ({known.terms}) and put the file there; see docs/data.md" if known else ""
