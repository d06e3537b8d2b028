"""Writes 110a, 110b and 230b as canonical EML, valid against the schemas, read back equal (eml-nl.md 2.9, 3)."""

from __future__ import annotations

from waarmerk.election.definition import Committee, ElectionDefinition, Party, Region
from waarmerk.election.head import Head
from waarmerk.election.lists import CandidateLists, ContestLists, ListedCandidate, NamedList, Person
from waarmerk.election.places import PollingPlace, PollingPlaces
from waarmerk.errors import WrongUse
from waarmerk.formats import writing
from waarmerk.formats.writing import leaf, tag


def write_110a(definition: ElectionDefinition) -> bytes:
    """Return an election definition; ``WrongUse`` names what EML must say and this does not."""
    missing = [name for name in ("contest_id", "seats", "threshold") if getattr(definition, name) is None]
    if missing or not definition.regions:
        raise WrongUse(f"a definition without {', '.join(missing or ['regions'])} cannot be written")
    election = (
        writing.election(definition.head.election, definition.head.nomination)
        + tag(
            "Contest",
            writing.contest(definition.contest_id or "", None)
            + leaf("VotingMethod", definition.voting_method or "SPV")
            + leaf("MaxVotes", _figure(definition.max_votes)),
        )
        + leaf("kr:NumberOfSeats", _figure(definition.seats))
        + leaf("kr:PreferenceThreshold", _figure(definition.threshold))
        + tag("kr:ElectionTree", "".join(map(_region, definition.regions)))
        + tag("kr:RegisteredParties", "".join(map(_party, definition.parties)))
    )
    return message(definition.head, tag("ElectionEvent", tag("EventIdentifier") + tag("Election", election)))


def write_110b(places: PollingPlaces) -> bytes:
    """Return the polling stations of a municipality."""
    unit = leaf("ReportingUnitIdentifier", places.municipality_name, Id=places.municipality_id)
    contest = (
        writing.contest(places.contest_id or "geen", None)
        + tag("ReportingUnit", unit)
        + leaf("VotingMethod", places.voting_method or "SPV")
        + leaf("MaxVotes", _figure(places.voters))
        + "".join(_place(place, newer=places.head.version is not None) for place in places.places)
    )
    election = writing.election(places.head.election) + tag("Contest", contest)
    payload = tag("ElectionEvent", tag("EventIdentifier") + tag("Election", election))
    return message(places.head, payload, stations=places.head.version is not None)


def write_230b(lists: CandidateLists) -> bytes:
    """Return the candidate lists of a district."""
    election = writing.election(lists.head.election, lists.head.nomination) + "".join(map(_contest, lists.contests))
    return message(lists.head, tag("CandidateList", leaf("ListDate", lists.list_date) + tag("Election", election)))


def message(head: Head, payload: str, *, stations: bool = False) -> bytes:
    """Return a whole message around its payload."""
    if head.created is None:
        raise WrongUse("a message without a time of creation cannot be written")
    authority = (head.authority_id, head.authority_name) if head.authority_id is not None else None
    header = writing.header(head.created, authority, head.issued, head.version)
    return (writing.root(head.message, stations=stations) + header + payload + "</EML>").encode("utf-8")


def _figure(value: int | None) -> str:
    return "" if value is None else str(value)


def _boolean(value: bool | None) -> str | None:
    return None if value is None else "true" if value else "false"


def _region(region: Region) -> str:
    above, number = region.superior or (None, None)
    return tag(
        "kr:Region",
        leaf("kr:RegionName", region.name) + "".join(map(_committee, region.committees)),
        RegionNumber=region.number,
        RegionCategory=region.category,
        RomanNumerals=_boolean(region.roman_numerals),
        FrysianExportAllowed=_boolean(region.frysian_export_allowed),
        SuperiorRegionNumber=number,
        SuperiorRegionCategory=above,
    )


def _committee(committee: Committee) -> str:
    return tag(
        "kr:Committee",
        CommitteeCategory=committee.category,
        CommitteeName=committee.name,
        AcceptCentralSubmissions=_boolean(committee.central_submissions),
    )


def _party(party: Party) -> str:
    return tag(
        "kr:RegisteredParty",
        leaf("kr:RegisteredAppellation", party.appellation) + leaf("kr:RegisteredBy", party.registered_by),
    )


def _place(place: PollingPlace, *, newer: bool) -> str:
    postcode = tag("xal:PostalCode", leaf("xal:PostalCodeNumber", place.postcode)) if place.postcode else ""
    locality = tag("Locality", leaf("xal:LocalityName", place.name) + postcode)
    added = (
        leaf("kr:ReportingUnitType", place.kind) + leaf("kr:SharedLocation", _boolean(place.shared)) if newer else ""
    )
    station = leaf("PollingStation", _figure(place.voters), Id=place.number)
    return tag(
        "PollingPlace", tag("PhysicalLocation", tag("Address", locality) + station + added), Channel=place.channel
    )


def _contest(contest: ContestLists) -> str:
    return tag("Contest", writing.contest(contest.id or "", contest.name) + "".join(map(_list, contest.lists)))


def _list(one: NamedList) -> str:
    affiliation = tag("AffiliationIdentifier", leaf("RegisteredName", one.name), Id=str(one.number))
    districts = "".join(leaf("kr:Contest", name, Id=identifier) for identifier, name in one.contests)
    data = tag(
        "kr:ListData",
        tag("kr:Contests", districts) if districts else "",
        PublishGender=_boolean(bool(one.publish_gender)),
        PublicationLanguage=one.language,
        BelongsToSet=one.belongs_to_set,
    )
    return tag("Affiliation", affiliation + leaf("Type", one.kind) + data + "".join(map(_candidate, one.candidates)))


def _candidate(candidate: ListedCandidate) -> str:
    identifier = str(candidate.id) if candidate.id is not None else None
    person = candidate.person
    return tag(
        "Candidate",
        tag("CandidateIdentifier", Id=identifier, ShortCode=candidate.short_code)
        + tag("CandidateFullName", tag("xnl:PersonName", person_name(person)))
        + leaf("Gender", person.gender)
        + address(person),
    )


def person_name(person: Person) -> str:
    """Return the parts of a name in the order of the schema."""
    return (
        leaf("xnl:NameLine", person.initials, NameType="Initials")
        + leaf("xnl:FirstName", person.first_name)
        + leaf("xnl:NamePrefix", person.prefix)
        + leaf("xnl:LastName", person.last_name)
    )


def address(person: Person) -> str:
    """Return where a person lives; nothing when that is not known."""
    if person.locality is None:
        return ""
    locality = tag("xal:Locality", leaf("xal:LocalityName", person.locality))
    if person.country is not None:
        locality = tag("xal:Country", leaf("xal:CountryNameCode", person.country) + locality)
    return tag("QualifyingAddress", locality)
