"""The grammar of the counts 510a, 510b, 510c and 510d (eml-nl.md 4.1)."""

from __future__ import annotations

from waarmerk.formats.document import AUTHORITY, NAMED_CONTEST, election_identifier, message
from waarmerk.formats.grammar import Element, element, leaf, many, must, newer, should, unread

REASON = "Reason VoteType"


def _earlier(name: str, what: str, *, coded: bool = False) -> tuple[Element, Element]:
    """The value before a correction: ``Initial`` in EML_NL 1.3, ``Previous`` in some software (4.8)."""
    ids, begin = ("ReasonCode", f"earlier_{name.split('Votes')[0].lower()}") if coded else ("", "")
    initial, previous = (
        newer(leaf(f"kr:{word}{name}", f"earlier_{what}", ids=ids, attributes=REASON if coded else "", begin=begin))
        for word in ("Initial", "Previous")
    )
    return (many(initial), many(previous)) if coded else (initial, previous)


def _rejections(name: str, begin: str) -> Element:
    return many(leaf(name, "reason", ids="ReasonCode", attributes=REASON, begin=begin))


SELECTION = element(
    "Selection",
    element(
        "Candidate",
        must(
            element(
                "CandidateIdentifier",
                unread("CandidateName"),
                leaf("ShortCode"),
                attributes="Id ShortCode",
                begin="candidate",
            )
        ),
        unread("CandidateFullName"),
        unread("Gender"),
        unread("kr:GenderAnnex"),
        unread("QualifyingAddress"),
    ),
    element(
        "AffiliationIdentifier",
        must(leaf("RegisteredName", "list_named")),
        ids="Id",
        begin="list",
    ),
    element("ReferendumOptionIdentifier", attributes="Id", begin="referendum"),
    *_earlier("ValidVotes", "votes"),
    must(leaf("ValidVotes", "valid_votes")),
    attributes="Value Category",
)
VOTES = (
    many(must(SELECTION)),
    *_earlier("Cast", "cast"),
    should(leaf("Cast", "cast")),
    *_earlier("TotalCounted", "counted"),
    must(leaf("TotalCounted", "counted")),
    *_earlier("RejectedVotes", "reason", coded=True),
    must(_rejections("RejectedVotes", "rejected")),
    *_earlier("UncountedVotes", "reason", coded=True),
    _rejections("UncountedVotes", "uncounted"),
)
UNIT = element(
    "ReportingUnitVotes",
    must(leaf("ReportingUnitIdentifier", "unit_named", ids="Id", begin="unit_identified")),
    newer(leaf("kr:ReportingUnitType", "unit_type")),
    newer(leaf("kr:SharedLocation", "unit_shared")),
    *VOTES,
    element(
        "kr:ReportingUnitInvestigations",
        many(leaf("kr:Investigation", "investigated", ids="ReasonCode", begin="investigation")),
    ),
    begin="group",
    end="unit_ends",
)
COUNT = element(
    "Count",
    newer(element("kr:CountingMethod", attributes="MethodCode", begin="counting_method")),
    should(unread("EventIdentifier")),
    newer(element("kr:Phase", attributes="PhaseCode", begin="phase_of")),
    must(
        element(
            "Election",
            must(election_identifier(nominated=False)),
            must(
                element(
                    "Contests",
                    must(
                        element(
                            "Contest",
                            NAMED_CONTEST,
                            element("TotalVotes", *VOTES, begin="group", end="total_ends"),
                            many(UNIT),
                            end="contest_ends",
                        )
                    ),
                )
            ),
        )
    ),
    foreign="*",
)
GRAMMAR = message(COUNT, authority=must(AUTHORITY))
