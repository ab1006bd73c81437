"""The training data: reproducible, complete, valid where it should be."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from central_server import feed
from central_server.auth import SignIn
from central_server.blobs import BlobFolder
from central_server.registry import SqlRegistry, ask
from central_server.schema import account, dossier, registry_person, scope
from central_server.seed import PlantError, plant
from central_server.seed.accounts import OFFICERS, TRAINING_PASSWORD
from central_server.seed.drafts import draft
from central_server.seed.guide import GUIDE, GUIDE_OFFICE, SILENT_ASKS
from central_server.seed.pictures import keep
from central_server.seed.plans import plans
from officer_console.central import wire
from officer_console.domain import identifiers
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.changes import changes
from officer_console.domain.checks import Level, decision_findings, declaration_findings
from officer_console.domain.deadline import Condition, condition
from officer_console.domain.decision import Decision, Ticks, Verdict
from officer_console.domain.dossier import DECIDABLE, Dossier, DossierKind, Status, number_key
from officer_console.domain.officer import Role
from officer_console.domain.person import PaperKind
from officer_console.domain.reference import Reference
from officer_console.domain.registry import RegistryVerdict
from tests.central.seeded import NOW, SEED, TODAY, Planted, planted_in


def fingerprint(planted: Planted) -> str:
    """Return one hash over documents, pictures, registry and accounts."""
    whole = hashlib.sha256()
    for one in planted.dossiers:
        whole.update(wire.encode(one))
        for picture in one.attachments:
            data = planted.blobs.get(picture.sha256)
            assert data is not None
            whole.update(data)
    with planted.database.read() as connection:
        for table in (registry_person, account):
            whole.update(repr(connection.execute(select(table).order_by(*table.primary_key)).all()).encode())
    return whole.hexdigest()


def test_the_same_seed_and_date_plant_the_same_documents_and_pictures(tmp_path: Path) -> None:
    marks = []
    for name, now in (("a", NOW), ("b", NOW + timedelta(hours=9))):
        (tmp_path / name).mkdir()
        marks.append(fingerprint(planted_in(tmp_path / name, dossiers=30, persons=60, now=now)))
    assert marks[0] == marks[1]


def test_another_seed_plants_other_people(planted: Planted, tmp_path: Path) -> None:
    other = planted_in(tmp_path, dossiers=14, persons=20, seed=SEED + 1)
    assert other.guide("match").declaration.full_name != planted.guide("match").declaration.full_name


def test_two_processes_draw_what_one_draws(tmp_path: Path) -> None:
    jobs = [draft(SEED, plan, TODAY).job for plan in plans(SEED, 14, TODAY)]
    one = tuple(keep(BlobFolder(tmp_path / "one"), jobs))
    two = tuple(keep(BlobFolder(tmp_path / "two"), jobs, worth_processes=1))
    assert one == two


def test_planting_into_a_database_with_dossiers_is_refused(planted: Planted) -> None:
    with pytest.raises(PlantError):
        plant(planted.database, planted.blobs, seed=1, dossiers=12, persons=12, now=NOW)


def test_as_many_dossiers_and_people_are_planted_as_asked_for(planted: Planted) -> None:
    assert len(planted.dossiers) == 150
    with planted.database.read() as connection:
        assert len(connection.execute(select(registry_person.c.id)).all()) == 600


def test_each_scope_is_numbered_without_gaps_and_has_the_right_digest(planted: Planted) -> None:
    with planted.database.read() as connection:
        scopes = connection.execute(select(scope)).all()
        assert len(scopes) == 3
        for counter in scopes:
            rows = connection.execute(select(dossier).where(dossier.c.scope_id == counter.scope_id)).all()
            assert sorted(row.seq for row in rows) == list(range(1, counter.last_seq + 1))
            assert counter.live_count == len(rows)
            digest = 0
            for row in rows:
                digest ^= feed.row_digest(row.scope_id, row.id, row.seq, row.version)
            assert counter.digest == f"{digest:032x}"


def test_a_so_ho_so_names_one_dossier_of_its_office(planted: Planted) -> None:
    keys = Counter((one.scope_id, number_key(one.number)) for one in planted.dossiers)
    assert set(keys.values()) == {1}
    assert all(key.isdigit() for _, key in keys)
    assert len({one.id for one in planted.dossiers}) == len(planted.dossiers)


def test_every_office_has_two_officers_and_a_supervisor_and_all_can_sign_in(planted: Planted) -> None:
    for office in {one.scope_id for one in planted.dossiers}:
        roles = Counter(officer.role for officer in OFFICERS if office in officer.scopes)
        assert roles[Role.OFFICER] >= 2
        assert roles[Role.SUPERVISOR] == 1
    assert sum(officer.role is Role.ADMINISTRATOR for officer in OFFICERS) == 1
    sign_in = SignIn(planted.database, lambda: NOW)
    credentials = wire.Credentials(username="ha.nt", password=TRAINING_PASSWORD, device_id="desk")
    assert sign_in.sign_in(credentials).officer in OFFICERS


def test_each_answer_of_the_registry_is_waiting_for_some_open_dossier(tmp_path: Path) -> None:
    fresh = planted_in(tmp_path, dossiers=12, persons=30)
    registry = SqlRegistry(fresh.database)
    answers = {
        ask(registry, one.declaration.social_code, one.declaration.full_name, NOW).verdict
        for one in fresh.dossiers
        if one.status in DECIDABLE
    }
    assert answers == set(RegistryVerdict)
    silent = fresh.guide("silent").declaration
    for _ in range(SILENT_ASKS - 1):
        assert ask(registry, silent.social_code, silent.full_name, NOW).verdict is RegistryVerdict.SILENT
    assert ask(registry, silent.social_code, silent.full_name, NOW).verdict is RegistryVerdict.MATCH


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ("match", RegistryVerdict.MATCH),
        ("marks_differ", RegistryVerdict.MARKS_DIFFER),
        ("name_differs", RegistryVerdict.NAME_DIFFERS),
        ("code_absent", RegistryVerdict.CODE_ABSENT),
        ("ambiguous", RegistryVerdict.AMBIGUOUS),
        ("refuse", RegistryVerdict.MATCH),
        ("change_confirm", RegistryVerdict.MATCH),
        ("stop", RegistryVerdict.MATCH),
        ("missing_photo", RegistryVerdict.MATCH),
    ],
)
def test_a_guide_dossier_gets_the_answer_it_is_named_for(
    planted: Planted, outcome: str, verdict: RegistryVerdict
) -> None:
    one = planted.guide(outcome)
    answer = ask(SqlRegistry(planted.database), one.declaration.social_code, one.declaration.full_name, NOW)
    assert answer.verdict is verdict
    assert one.status is Status.PENDING


def test_the_guide_shows_a_lease_an_expiry_a_change_a_stop_and_a_missing_photo(planted: Planted) -> None:
    lease = planted.guide("leased_by_other").lease
    assert lease is not None
    assert lease.active(NOW + timedelta(hours=12))
    assert planted.guide("expired").status is Status.EXPIRED
    assert planted.guide("change_confirm").kind is DossierKind.CHANGE
    assert planted.guide("stop").stop_reason
    kinds = {picture.kind for picture in planted.guide("missing_photo").attachments}
    assert AttachmentKind.PORTRAIT not in kinds


def test_the_guide_stands_on_top_of_the_work_queue(planted: Planted) -> None:
    queue = sorted(
        (one for one in planted.dossiers if one.open and one.scope_id == GUIDE_OFFICE), key=lambda one: one.due_on
    )
    open_guide = {GUIDE[outcome] for outcome in GUIDE if outcome != "expired"}
    assert {number_key(one.number) for one in queue[: len(open_guide)]} == open_guide


def test_every_kind_state_and_condition_occurs(planted: Planted) -> None:
    assert {one.kind for one in planted.dossiers} == set(DossierKind)
    assert {one.status for one in planted.dossiers} == set(Status)
    conditions = {condition(one.status, one.due_on, TODAY, 2) for one in planted.dossiers}
    assert conditions == {None, *Condition}


def decision_on(one: Dossier) -> Decision:
    return Decision(
        op_id="00000000-0000-7000-8000-000000000000",
        dossier_id=one.id,
        scope_id=one.scope_id,
        base_version=one.version,
        verdict=Verdict.VALID,
        ticks=Ticks(original_compared=True, signed_form_received=True),
        change_confirmed=True,
        note="Đã đối chiếu bản chính",
        marks_confirmed=True,
        decided_at=NOW,
    )


def test_open_dossiers_can_be_approved_but_for_a_few_that_lack_a_picture(planted: Planted) -> None:
    open_ones = [one for one in planted.dossiers if one.status in DECIDABLE]
    lacking = 0
    for one in open_ones:
        declared = [found for found in declaration_findings(one, TODAY) if found.level is Level.ERROR]
        assert declared == [], one.number
        findings = decision_findings(one, decision_on(one), Reference(), TODAY)
        errors = {found.code for found in findings if found.level is Level.ERROR}
        if one.status is Status.CHECKING:
            assert "status-not-decidable" in errors
            continue
        assert errors <= {"picture-missing"}, one.number
        lacking += bool(errors)
    assert 0 < lacking < len(open_ones) / 4


def test_phones_and_codes_follow_the_rules(planted: Planted) -> None:
    for one in planted.dossiers:
        declared = one.declaration
        assert identifiers.phone(declared.phone) == declared.phone
        assert identifiers.social_code(declared.social_code) == declared.social_code
        if declared.paper_kind is PaperKind.CITIZEN_CARD:
            read = identifiers.citizen_number(declared.paper_number or "")
            assert (read.sex, read.birth_year) == (declared.sex, declared.birth.year)
    with planted.database.read() as connection:
        phones = connection.execute(select(account.c.phone).where(account.c.state == "active")).scalars().all()
    assert len(set(phones)) == len(phones) > 0


def test_a_change_really_changes_something_and_a_stop_says_why(planted: Planted) -> None:
    for one in planted.dossiers:
        assert (one.previous is not None) == (one.kind is DossierKind.CHANGE)
        assert (one.stop_reason is not None) == (one.kind is DossierKind.STOP)
        if one.previous is not None:
            assert changes(one.previous, one.declaration), one.number


def test_what_has_happened_fits_the_state(planted: Planted) -> None:
    for one in planted.dossiers:
        times = [entry.at for entry in one.history]
        assert times == sorted(times)
        assert times[-1] < NOW
        assert {at.utcoffset() for at in times} == {timedelta()}, "documents carry UTC"
        decided = one.status in {Status.APPROVED, Status.REJECTED, Status.CHECKING, Status.AWAITING_REGISTRY}
        assert (one.judgement is not None) == decided
        assert (one.lease is not None) == (one.status is Status.PROCESSING)
        assert bool(one.messages) == (decided and one.status is not Status.CHECKING)
        if one.judgement is not None:
            assert one.handed_in_at is not None
            assert one.handed_in_at < one.judgement.decided_at
        if one.open and one.due_on < TODAY:
            assert one.handed_in_at is not None, "an overdue declaration that nobody handed in would have expired"
