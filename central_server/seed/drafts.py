"""Puts a dossier together: person, declaration, story and the orders for its pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from central_server.seed.cards import NEVER_EXPIRES, SEX_WORDS, Paper
from central_server.seed.chance import stream, uuid7
from central_server.seed.declarations import STOP_REASONS, before_change, declaration, registry_names
from central_server.seed.guide import MISMATCH
from central_server.seed.names import marks_changed, other_tone_place
from central_server.seed.pages import Page
from central_server.seed.people import Person, person, years_before
from central_server.seed.pictures import PictureJob
from central_server.seed.plans import Plan
from central_server.seed.portraits import Face, age_group
from central_server.seed.stories import Story, story
from officer_console.domain.attachment import Attachment
from officer_console.domain.deadline import due_on, today
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.person import Declaration, PaperKind

_PROCESSING_DAYS = 10
_FIRST_CARDS = date(2021, 3, 1)
_RENEWALS = (25, 40, 60)
_FORM_TITLE = "TỜ KHAI ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ"
_CERTIFICATE_TITLE = "GIẤY KHAI SINH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A dossier without its pictures, the order for them, and what the registry and the accounts hold about it."""

    plan: Plan
    dossier: Dossier
    story: Story
    job: PictureJob
    registry_names: tuple[str, ...]

    def with_pictures(self, attachments: tuple[Attachment, ...]) -> Dossier:
        """Return the dossier with its pictures."""
        return replace(self.dossier, attachments=attachments)


def draft(seed: int, plan: Plan, today: date) -> Draft:
    """Return what ``plan`` becomes; a function of its arguments alone. ``today`` is a Vietnamese date."""
    random = stream(seed, "dossier", plan.index)
    who = person(seed, plan.index, plan.office, plan.declared_on, plain=plan.guide is not None)
    declared = declaration(random, who, plan.declared_on)
    names = registry_names(random, who, plan.answer, other_tone_place(who.full_name))
    told = story(random, plan, declared, names[0] if names else None, today)
    changes = plan.kind is DossierKind.CHANGE
    verified = who.paper_kind is PaperKind.CITIZEN_CARD and plan.guide is None and random.random() < 0.25
    dossier = Dossier(
        id=uuid7(random, told.history[0].at),
        scope_id=plan.office,
        number=plan.number,
        kind=plan.kind,
        status=plan.status,
        version=told.version,
        declared_on=plan.declared_on,
        due_on=due_on(plan.declared_on, _PROCESSING_DAYS),
        handed_in_at=told.handed_in_at,
        declaration=declared,
        previous=before_change(random, who, declared, plan.declared_on) if changes else None,
        stop_reason=random.choice(STOP_REASONS) if plan.kind is DossierKind.STOP else None,
        identity_verified=verified,
        officer_name=told.officer_name,
        lease=told.lease,
        judgement=told.judgement,
        registry=told.registry,
        messages=told.messages,
        history=told.history,
    )
    job = _job(random, seed, plan, who, dossier)
    return Draft(plan=plan, dossier=dossier, story=told, job=job, registry_names=names)


def _job(random: Random, seed: int, plan: Plan, who: Person, dossier: Dossier) -> PictureJob:
    years = (plan.declared_on - who.born).days * 4 // 1461
    face = Face(sex=who.sex, group=age_group(years), variant=plan.index)
    # An incomplete dossier lacks its portrait, the back of the card, or a minor's certificate.
    lacks = random.choice(("certificate", "portrait") if who.minor else ("portrait", "portrait", "back"))
    lacks = "" if not plan.incomplete else "portrait" if plan.guide else lacks
    scanned = plan.handed_in and plan.guide is None and random.random() < (0.5 if dossier.open else 0.2)
    paper = None if who.minor or dossier.identity_verified else _paper(random, plan, who, dossier.declaration, face)
    if paper is not None and plan.guide == MISMATCH:
        # What a truth table is for: other marks in the name, another number.
        other = str(9 - int(paper.number[-1]))
        paper = replace(paper, full_name=marks_changed(paper.full_name), number=paper.number[:-1] + other)
    certificate = _certificate(who, dossier.declaration) if who.minor and lacks != "certificate" else None
    return PictureJob(
        seed=seed,
        face=None if lacks == "portrait" else face,
        paper=paper,
        with_back=lacks != "back",
        form=_form(random, dossier) if scanned else None,
        certificate=certificate,
    )


def _paper(random: Random, plan: Plan, who: Person, declared: Declaration, face: Face) -> Paper:
    issued, expires = _validity(random, who.born, plan.declared_on)
    if declared.paper_kind is PaperKind.OLD_IDENTITY_CARD:
        issued = years_before(plan.declared_on, random.randint(4, 12))
        expires = issued.replace(year=issued.year + 15, day=min(issued.day, 28))
    return Paper(
        kind=declared.paper_kind or PaperKind.CITIZEN_CARD,
        number=declared.paper_number or who.personal_number,
        old_number=who.old_number,
        full_name=declared.full_name,
        birth=declared.birth,
        sex=declared.sex,
        address=declared.address.text(),
        issued=issued,
        expires=expires,
        face=face,
    )


def _validity(random: Random, born: date, declared_on: date) -> tuple[date, date]:
    """Return first and last day of a citizen card valid on ``declared_on``: cards are renewed at 25, 40 and 60."""
    milestones = [born.replace(year=born.year + years, day=min(born.day, 28)) for years in _RENEWALS]
    expires = next((day for day in milestones if day > declared_on), NEVER_EXPIRES)
    previous = [day for day in milestones if day <= declared_on]
    earliest = max((_FIRST_CARDS, born.replace(year=born.year + 14, day=min(born.day, 28)), *previous))
    span = max((declared_on - earliest).days - 5, 1)
    return min(earliest + timedelta(days=random.randrange(span)), declared_on), expires


def _form(random: Random, dossier: Dossier) -> Page:
    declared = dossier.declaration
    signed = dossier.handed_in_at
    rows: tuple[tuple[str, str], ...] = (
        ("Họ và tên", declared.full_name),
        ("Số hồ sơ", dossier.number),
        ("Mã số BHXH", declared.social_code),
        ("Ngày sinh", declared.birth.text()),
        ("Giới tính", SEX_WORDS[declared.sex]),
        ("Số giấy tờ", declared.paper_number or ""),
        ("Địa chỉ", declared.address.text()),
        ("Điện thoại", declared.phone),
        ("Thư điện tử", declared.email or ""),
    )
    if dossier.stop_reason is not None:
        rows += (("Lý do ngừng", dossier.stop_reason),)
    return Page(
        title=_FORM_TITLE,
        rows=rows,
        signed_on=dossier.declared_on if signed is None else today(signed),
        signature=random.getrandbits(32),
    )


def _certificate(who: Person, declared: Declaration) -> Page:
    guardian = declared.guardian
    rows = (
        ("Họ, chữ đệm, tên", who.full_name),
        ("Ngày sinh", who.born.strftime("%d/%m/%Y")),
        ("Giới tính", SEX_WORDS[who.sex]),
        ("Nơi cư trú", declared.address.text()),
        (guardian.relation if guardian else "Người giám hộ", guardian.full_name if guardian else ""),
    )
    return Page(title=_CERTIFICATE_TITLE, rows=rows, signed_on=None, signature=None)


def has_account(dossier: Dossier) -> bool:
    """Whether the citizen has, or had, an account: approved registrations, and whoever asks to change or stop one."""
    return dossier.kind is not DossierKind.REGISTER or dossier.status is Status.APPROVED
