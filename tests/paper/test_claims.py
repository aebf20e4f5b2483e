"""No sentence outlives its figures, and no number is typed: what stops a paper, and what its line says."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import made_paper
import made_study
from glasskt.compare import tables
from glasskt.errors import UserError
from glasskt.paper import claims, numbers, render, typed
from glasskt.paper.claims import Claim
from glasskt.paper.figures import formats
from glasskt.paper.markup import Mode, modes
from glasskt.pipeline import FIGURES
from glasskt.stages import paper
from made_paper import INCLUDED, ROOT, TEXT

LEDGER: dict[str, dict[str, Any]] = {
    "models/split/test_auc": {"value": 0.7272, "text": "0.7272", "interval": [0.7224, 0.7318]},
    "models/dkt/test_auc": {"value": 0.7266, "text": "0.7266", "interval": [0.7216, 0.731]},
    "l23_scale/direct/theta_sd/value": {"value": 0.497, "text": "0.497"},
    "l23_scale/targets/theta_sd/value": {"value": 0.593, "text": "0.593"},
    "pairs/dkt/log_loss/p_holm": {"value": 0.013, "text": "0.013"},
}
CLAIMS = [
    Claim(id="keeps", studies=["l2?"], says="it keeps", holds='"models/split/test_auc" > "models/dkt/test_auc" - 0.002'),
    Claim(id="beats", studies=["l23", "other"], says="it beats",
          holds='"models/split/test_auc" > 0.72 and holm("pairs/dkt/log_loss") < 0.05'),
    Claim(id="stands", studies=["*"], says="it stands",
          holds='"l23_scale/direct/theta_sd/value" > 0.5 * "l23_scale/targets/theta_sd/value"'),
]  # fmt: skip
SHORT = """
#let data = json("data.json")
#let n(id) = if id in data.text [#metadata(id)<number>#data.text.at(id)] else [#metadata(id)<missing>]
#let claim(id, body) = if id in data.stated [#metadata(id)<claim>#body]
#set document(date: none)
#claim("reaches")[It reaches #n("models/dkt.base/test_auc").] #claim("spreads")[It spreads.] #if false [#claim("unseen")[Never.]]
"""
ENTRIES = """
- {id: reaches, studies: [made], says: it reaches, holds: '"models/dkt.base/test_auc" > 0.7'}
- {id: spreads, studies: [ma*], says: it spreads, holds: '"l23_scale/ikt3.mean/theta_sd/value" > 1'}
- {id: unseen, studies: [made], says: nothing, holds: '"no/such/number" > 1'}
"""


def red(ledger: dict[str, dict[str, Any]]) -> set[str]:
    return {name for name, verdict in claims.verdicts(CLAIMS, "l23", ledger).items() if not verdict.holds}


@pytest.mark.parametrize(
    ("name", "value", "fail"),
    [
        ("models/split/test_auc", 0.7272, set()),
        ("models/split/test_auc", 0.721, {"keeps"}),
        ("models/split/test_auc", 0.71, {"keeps", "beats"}),
        ("models/dkt/test_auc", 0.74, {"keeps"}),
        ("pairs/dkt/log_loss/p_holm", 0.06, {"beats"}),
        ("l23_scale/direct/theta_sd/value", 0.12, {"stands"}),
    ],
)
def test_one_metric_turns_exactly_the_claims_red_that_rest_on_it(name: str, value: float, fail: set[str]) -> None:
    assert red({**LEDGER, name: {**LEDGER[name], "value": value}}) == fail


def test_a_claim_is_made_by_its_studies_only() -> None:
    assert set(claims.verdicts(CLAIMS, "other", LEDGER)) == {"beats", "stands"}


@pytest.mark.parametrize(
    ("predicate", "holds"),
    [
        ('0.7 < "models/split/test_auc" <= 0.73', True),
        ('low("models/split/test_auc") > high("models/dkt/test_auc")', False),
        ('not "models/split/test_auc" < 0 and max("models/split/test_auc", 2) == 2', True),
        ('count("models/split/test_auc" > 0.7, "models/dkt/test_auc" > 0.7, 1 > 2) >= 2', True),
        ('abs("models/dkt/test_auc" - "models/split/test_auc") / 2 < 0.001', True),
        ('"models/split/test_auc" / 0 > 1 or "models/split/test_auc" / 0 <= 1', False),
    ],
)
def test_predicates_mean_what_they_say(predicate: str, holds: bool) -> None:
    assert claims.evaluate(predicate, LEDGER).holds is holds


@pytest.mark.parametrize(
    "predicate",
    ["__import__('os')", '"a".upper() > 1', "auc > 1", "[1][0] > 0",
      'low("a" + "b") > 1', '"a" ** 9 > 1', '"a"', "True", "abs(1, 2) > 1", "1 >"]
)  # fmt: skip
def test_a_predicate_computes_and_does_nothing_else(predicate: str) -> None:
    with pytest.raises(UserError):
        claims.evaluate(predicate, LEDGER)


def test_a_failing_claim_names_its_figures_and_what_they_were() -> None:
    ledger = {**LEDGER, "models/dkt/test_auc": {**LEDGER["models/dkt/test_auc"], "value": 0.74}}
    before = {name: entry["value"] for name, entry in LEDGER.items()}
    lines = claims.failing(CLAIMS, claims.verdicts(CLAIMS, "l23", ledger), ledger, before)
    assert set(lines) == {"keeps"}
    assert "models/dkt/test_auc = 0.74 (was 0.7266 when the paper was last built)" in lines["keeps"]
    assert "models/split/test_auc = 0.7272" in lines["keeps"]
    assert "models/split/test_auc = 0.7272 (was" not in lines["keeps"]


def test_an_id_that_the_ledger_lacks_is_answered_with_the_nearest() -> None:
    claim = [Claim(id="a", studies=["*"], says="a", holds='"models/splt/test_auc" > 0')]
    lines = claims.failing(claim, claims.verdicts(claim, "l23", LEDGER), LEDGER, {})
    assert 'Did you mean "models/split/test_auc"?' in lines["a"]


def test_sentences_and_entries_belong_together() -> None:
    text = '#claim("keeps")[a] #claim("bets")[b] // #claim("stands")[c]'
    lines = claims.unanchored({Path("p.typ"): text}, CLAIMS)
    assert [line.partition(":")[0] for line in lines] == ["claim beats", "claim stands", "claim bets"]
    assert 'Did you mean "beats"?' in lines[-1]


@pytest.mark.parametrize("study", ["assist2015", "l23", "replication", "verification"])
def test_the_claims_of_the_paper_hold_on_the_committed_results(study: str, tmp_path: Path) -> None:
    folder, summary = ROOT / "docs/results" / study, tmp_path / "summary.json"
    summary.write_text("{}")
    files = {name: folder / f"{name}.csv" for name in tables.SHOWN if (folder / f"{name}.csv").exists()}
    found = claims.verdicts(claims.read(ROOT / "paper/claims.yaml"), study, numbers.ledger(files, summary, folder, study))
    judged = {name: verdict.holds for name, verdict in found.items() if not verdict.missing}
    assert len(judged) >= 3
    assert all(judged.values()), judged


def test_text_and_code_are_told_apart() -> None:
    sources = render.read(TEXT, INCLUDED).values()
    text = "".join(sign for source in sources for sign, mode in zip(source, modes(source), strict=True) if mode is Mode.TEXT)
    assert "#let" not in text
    assert "data.stated" not in text
    assert text.count("= Limits") == 1


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("It reaches 0.7272, or −0.18 with 134,640 responses.", ["0.7272", "−0.18", "134,640"]),
        ("#if a.b > 1 [Yes, 0.61] else if c(2) [0.62] else [0.63] and 0.64.", ["0.61", "0.62", "0.63", "0.64"]),
        ('#let x = f("l_23", 3)\n#plate(table(columns: 2, width: 8.25cm), caption: [In 2019.]) <t15>', ["2019"]),
        ('#let auc = 0.7272\n#text("AUC 0.73") #0.74 #"0.75" `0.76`', ["0.7272", "0.73", "0.74", "0.75", "0.76"]),
        ("$lambda = 0.5$, $l_23^2$, $1 - 2 x$, $sigma_12 > 40$", ["0.5", "40"]),
        ("iKT3, GainAKT3Exp, ASSIST2015, @t15, <t16>, // 17 \n /* 18 */ \\u{2019} https://a.b/19", ["19"]),
        ("#context { let a = 3; [of 4] } #for k in range(5) [#k of 6] #a.at(7).b[of 8].", ["4", "6", "8"]),
    ],
)
def test_typed_numbers_are_found_where_a_reader_sees_them(source: str, found: list[str]) -> None:
    assert [number.text for number in typed.numbers(source)] == found


def test_a_typed_number_is_named_with_its_line_and_the_number_that_it_copies() -> None:
    lines = typed.faults({Path("p.typ"): "One.", Path("s/q.typ"): "\n\nIt reaches 0.7272 of\n0.49."}, [], LEDGER)
    assert lines[0].startswith("s/q.typ:3: 0.7272 is typed by hand.")
    assert 'it prints so: #n("models/split/test_auc")' in lines[0]
    assert lines[1].startswith("s/q.typ:4: 0.49 ")
    assert 'the nearest: #n("l23_scale/direct/theta_sd/value") = 0.497' in lines[1]


def test_the_list_of_typed_numbers_is_counted() -> None:
    entry = typed.Allowed(text="95 %", times=2, why="the level of intervals")
    two = {Path("p.typ"): "A 95~% interval,", Path("q.typ"): "a 95\n% band, 195 %."}
    assert [line.partition(" is ")[0] for line in typed.faults(two, [entry], LEDGER)] == ["q.typ:2: 195"]
    assert "stands in the text 1 times, in typed.yaml 2" in typed.faults({Path("p.typ"): "A 95 % interval."}, [entry], LEDGER)[0]


def test_the_text_of_the_paper_holds_no_other_number() -> None:
    sources = render.read(TEXT, INCLUDED)
    allowed = typed.allowed(ROOT / "paper/typed.yaml")
    assert typed.faults(sources, allowed, LEDGER) == []
    assert len(typed.faults({**sources, TEXT: sources[TEXT] + "\n0.7272\n"}, allowed, LEDGER)) == 1


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A study whose short text makes two claims; the paper is built."""
    root = tmp_path_factory.mktemp("claims")
    files = made_study.write(root)
    with contextlib.chdir(root), pytest.MonkeyPatch.context() as patch:
        empty = dict.fromkeys(FIGURES, dict.fromkeys(formats.FORMATS, b"<svg/>"))
        patch.setattr(paper, "_figures", lambda *given: empty)  # they take most of the time
        made_paper.tabulate(root / "study", files)
        (root / "paper.typ").write_text(SHORT)
        (root / "claims.yaml").write_text(ENTRIES)
        (root / "typed.yaml").write_text("")
        again(root, files)
        yield root, files


def again(root: Path, files: dict[str, Any], **more: Any) -> None:
    given = {"text": root / "paper.typ", "claims": root / "claims.yaml", "typed": root / "typed.yaml"}
    made_paper.render(root / "study", files, **{**given, **more})


def test_a_figure_that_moves_stops_the_paper_and_a_draft_is_none_of_its_outputs(study: tuple[Path, dict[str, Any]]) -> None:
    root, files = study
    table, built = root / "study/tables/l23_scale.csv", root / "study/numbers.json"
    kept, ledger = table.read_text(), json.loads(built.read_text())
    frame = pd.read_csv(table)
    frame.loc[(frame["variant"] == "ikt3.mean") & (frame["key"] == "theta_sd"), "value"] = 0.5
    frame.to_csv(table, index=False)
    for path in (built, root / "study/paper.pdf"):
        path.unlink()  # as the engines do before a step
    was = ledger["l23_scale/ikt3.mean/theta_sd/value"]["value"]
    with pytest.raises(UserError, match=rf"claim spreads does not hold .* = 0.5 \(was {was:.6g} when the paper was last built\)") as raised:
        again(root, files)
    assert "\n" not in str(raised.value)
    assert "reaches" not in str(raised.value)
    with pytest.raises(UserError, match=r"paper\.draft\.pdf: a draft and no output of the stage"):
        again(root, files, draft=True)
    assert (root / "study/paper.draft.pdf").read_bytes().startswith(b"%PDF")
    assert not built.exists()
    assert not (root / "study/paper.pdf").exists()
    table.write_text(kept)
    again(root, files, draft=True)  # nothing wrong: the paper itself
    assert (root / "study/paper.pdf").exists()
    assert not (root / "study/paper.draft.pdf").exists()
    assert json.loads(built.read_text()) == ledger


def test_a_number_that_the_ledger_lacks_stops_the_paper(study: tuple[Path, dict[str, Any]]) -> None:
    root, files = study
    text, section = root / "other.typ", root / "sections/one.typ"
    text.write_text(SHORT + '#import "sections/one.typ": asked\n#n(asked)\n')
    section.parent.mkdir()
    section.write_text('// one\n#let asked = "models/dkt.bas/test_auc"\n')
    with pytest.raises(UserError, match=r"one\.typ:2 asks for the number 'models/dkt\.bas/test_auc'.* \"models/dkt\.base/test_auc\""):
        again(root, files, text=text, included=[section])
    with pytest.raises(UserError, match=r"other\.typ: Typst cannot compile it: .*sections/one\.typ"):
        again(root, files, text=text)  # a section that is not declared is not there


def test_what_the_paper_claims_stands_beside_it_with_its_figures(study: tuple[Path, dict[str, Any]]) -> None:
    root, _ = study
    listed = json.loads((root / "study/claims.json").read_text())
    ledger = json.loads((root / "study/numbers.json").read_text())
    assert [(claim["id"], claim["holds"]) for claim in listed] == [("reaches", True), ("spreads", True)]
    assert all(ledger[name]["value"] == value for claim in listed for name, value in claim["values"].items())
