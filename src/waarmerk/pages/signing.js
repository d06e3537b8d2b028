// The page that signs (security.md 3.10 a). It reads a draft of any kind and a trust list that a person opens, shows what it
// computed from the files themselves, lets a security key sign, and gives the signature file back. It loads and sends nothing.
"use strict";
const WORDS = JSON.parse(document.getElementById("main").dataset.words);
const LANG = document.documentElement.lang;
const PROBLEM = document.getElementById("problem");
const MANIFEST = "manifest.json", LIST = "trust-list.json";
// All that a person signs here: one document each. Who signs it, for which task, and how it is shown.
const KINDS = {
  [MANIFEST]: { format: "stf-manifest/1", namespace: "stf-manifest-v1", name: "delivery", org: (d) => d.sender, role: (d) => d.kind, show: showDelivery },
  "receipt.json": { format: "stf-receipt/1", namespace: "stf-receipt-v1", name: "acceptance", org: (d) => d.receiver, role: () => "accept", show: showAcceptance },
  "decision.json": { format: "stf-decision/1", namespace: "stf-decision-v1", name: "decision", org: (d) => d.receiver, role: () => "accept", show: showDecision },
  "enrolment.json": { format: "stf-enrol/1", namespace: "stf-enrol-v1", name: "enrolment", org: (d) => d.org, role: () => "", show: showEnrolment },
};
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const KEY_TYPE = "sk-ecdsa-sha2-nistp256@openssh.com", FORM = "webauthn-" + KEY_TYPE;
const BLOCK = 512, ENTRY = /^(sig\/[0-9a-f]{32}\.sshsig|files\/[a-z0-9][a-z0-9._-]{0,79})$/;
const TOUCHED = 1, VERIFIED = 4, SYNCHRONISED = 8;
let ready = null;

class Refused extends Error {}
const byId = (id) => document.getElementById(id);
const word = (key, values = {}) => WORDS[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const refuse = (key, values) => { throw new Refused(word(key, values)); };
const number = (value) => value.toLocaleString(LANG === "nl" ? "nl-NL" : "en-GB");
// Signs that hide or turn text become visible.
const visible = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `[U+${c.codePointAt(0).toString(16).toUpperCase()}]`);

// --- bytes

const utf8 = (text) => new TextEncoder().encode(text);
const fromUtf8 = (data) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
function join(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
const u32 = (value) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
const string = (data) => join(u32(data.length), data);
const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (data) => btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const digest = async (name, data) => new Uint8Array(await crypto.subtle.digest(name, data));
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const groups = (text) => text.toUpperCase().match(/.{4}/g).join(" ");
const moment = (text) => new Date(text).toLocaleString(LANG === "nl" ? "nl-NL" : "en-GB", { timeZone: "Europe/Amsterdam", dateStyle: "long", timeStyle: "short" });
// What both sides read aloud (section 13), and a key as it stands on paper (section 9).
const transferCode = (sha256) => Array.from({ length: 32 }, (_, at) => LETTERS[Number(BigInt("0x" + sha256.slice(0, 40)) >> BigInt(155 - 5 * at) & 31n)]).join("").match(/.{4}/g).join("-");
const printedKey = (id) => `${groups(id).toLowerCase()} ${String(98n - BigInt("0x" + id) * 100n % 97n).padStart(2, "0")}`;

// --- container and canonical JSON (docs/spec/transfer.md, sections 3 and 7)

function header(name, size) {
  const block = new Uint8Array(BLOCK);
  const put = (at, text) => block.set(utf8(text), at);
  put(0, name); put(100, "0000644"); put(108, "0000000"); put(116, "0000000");
  put(124, size.toString(8).padStart(11, "0")); put(136, "00000000000"); put(148, "        "); put(156, "0");
  put(257, "ustar\0" + "00"); put(329, "0000000"); put(337, "0000000");
  put(148, block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0") + "\0 ");
  return block;
}

function container(data, first) {
  const entries = [];
  let at = 0;
  for (; data[at]; at += BLOCK) {
    const end = data.indexOf(0, at);
    const name = new TextDecoder("latin1").decode(data.subarray(at, Math.min(end, at + 100)));
    const size = parseInt(new TextDecoder("latin1").decode(data.subarray(at + 124, at + 135)), 8);
    if (!(size >= 0) || !(entries.length ? ENTRY.test(name) : name === first)) refuse("container");
    if (!same(data.subarray(at, at + BLOCK), header(name, size))) refuse("container");
    const body = data.subarray(at + BLOCK, at + BLOCK + size), padded = Math.ceil(size / BLOCK) * BLOCK;
    if (body.length !== size || data.subarray(at + BLOCK + size, at + BLOCK + padded).some(Boolean)) refuse("container");
    entries.push([name, body]);
    at += padded;
  }
  const names = entries.map(([name]) => name);
  if (data.length - at !== 2 * BLOCK || data.subarray(at).some(Boolean) || !entries.length) refuse("container");
  if (new Set(names).size !== names.length) refuse("container");
  return new Map(entries);
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

function document_(data, format) {
  let value = null;
  try {
    const text = fromUtf8(data);
    value = JSON.parse(text);
    if (canonical(value) !== text || value.format !== format) value = null;
  } catch { value = null; }
  return value ?? refuse("document", { format });
}

// --- the figures of a count, from its stations and from its own total

const TOKEN = /<(\/?)(?:[\w.-]+:)?([\w.-]+)((?:"[^"]*"|'[^']*'|[^"'<>])*)>([^<]*)/g;
const ENTITY = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const plain = (text) => text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, h, d, name) =>
  name ? ENTITY[name] ?? refuse("xml") : String.fromCodePoint(parseInt(h ?? d, h ? 16 : 10)));
const attribute = (text, name) => plain(new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(text)?.slice(1).find((x) => x !== undefined) ?? "");

function figures(data) {
  let text = "";
  try { text = fromUtf8(data).replace(/^\uFEFF?(<\?xml[^>]*\?>)?/, ""); } catch { refuse("xml"); }
  // Without these a file is elements and text: one pass reads it as every reader does.
  if (/<[!?]/.test(text)) refuse("xml");
  const read = { stated: new Map(), summed: new Map(), names: new Map(), units: 0, blocks: 0 };
  let into = null, list = "", party = false, code = "";
  const add = (key, content) => {
    if (!into || !/^\d{1,9}$/.test(content.trim())) refuse("xml");
    into.set(key, (into.get(key) ?? 0) + Number(content));
  };
  for (const [, close, name, more, content] of text.matchAll(TOKEN)) {
    if (close) {
      if (name === "TotalVotes" || name === "ReportingUnitVotes") into = null;
      // What stands behind the election is not part of the count.
      if (name === "Election") break;
      continue;
    }
    code = attribute(more, "ReasonCode");
    if (name === "TotalVotes") { into = read.stated; read.blocks += 1; }
    else if (name === "ReportingUnitVotes") { into = read.summed; read.units += 1; }
    else if (name === "Selection") party = false;
    else if (name === "AffiliationIdentifier") { list = attribute(more, "Id"); party = true; }
    else if (name === "RegisteredName" && into === read.stated) read.names.set(list, plain(content));
    else if (name === "ValidVotes" && party) add(`list ${list}`, content);
    else if (name === "TotalCounted") add("valid", content);
    else if (name === "RejectedVotes" && code === "blanco") add("blank", content);
    else if (name === "RejectedVotes" && code === "ongeldig") add("invalid", content);
    else if (name === "UncountedVotes" && code === "toegelaten kiezers") add("admitted", content);
  }
  if (read.blocks !== 1) refuse("xml");
  const sum = (key, stated) => read.summed.get(key) ?? (key.startsWith("list") ? 0 : stated);
  read.differs = read.units > 0 && [...read.stated].some(([key, value]) => sum(key, value) !== value);
  return read;
}

// --- opening and showing

async function open_(chosen) {
  const found = {};
  for (const file of chosen) {
    const data = new Uint8Array(await file.arrayBuffer());
    const start = new TextDecoder("latin1").decode(data.subarray(0, 32));
    const name = Object.keys(KINDS).find((one) => start.startsWith(one + "\0"));
    if (start.startsWith("age-encryption.org")) refuse("encrypted", { name: visible(file.name) });
    if (name) Object.assign(found, { name, draft: data });
    else if (start.startsWith(LIST + "\0")) found.list = data;
    else refuse("unknown", { name: visible(file.name) });
  }
  if (!found.draft) refuse("no_draft");
  const kind = KINDS[found.name], entries = container(found.draft, found.name), raw = entries.get(found.name);
  const said = document_(raw, kind.format), names = [...entries.keys()];
  const inside = names.filter((name) => name.startsWith("files/")).map((name) => name.slice(6));
  if (canonical(inside) !== canonical((said.files ?? []).map((file) => file.name))) refuse("files_differ");
  const made = names.filter((name) => name.startsWith("sig/")).map((name) => name.slice(4, 36));
  const read = { kind, raw, said, entries, by: kind.org(said), role: kind.role(said), ...await signers(kind, said, found.list) };
  return { ...read, signed: read.keys.filter((key) => made.includes(key.id)).map((key) => key.person) };
}

// Who may sign: the keys of the body in the list that the document names; a request is signed by the key that it is about.
async function signers(kind, said, list) {
  if (kind.name === "enrolment") {
    const [type, blob] = said.key.split(" ");
    if (type !== KEY_TYPE) refuse("elsewhere");
    const data = fromBase64(blob), id = hex(await digest("SHA-256", data)).slice(0, 32);
    return { keys: [{ id, key: said.key, person: said.person, status: "active", roles: [""] }], party: fromUtf8(fields(data)[3]) };
  }
  if (!list) refuse("no_list");
  const listed = container(list, LIST).get(LIST);
  if (hex(await digest("SHA-256", listed)) !== said.trust_list.sha256) refuse("other_list", { version: said.trust_list.version });
  const trust = document_(listed, "stf-trust-list/1"), by = kind.org(said), org = trust.orgs[by] ?? refuse("sender", { sender: by });
  const page = (trust.signing_origins ?? []).find((item) => item.origin === location.origin) ?? refuse("origin", { origin: location.origin });
  return { trust, org, keys: org.keys, party: page.rp_id };
}

function row(parent, kind, ...cells) {
  const line = document.createElement(kind === "dt" ? "div" : "tr");
  cells.forEach((cell, at) => {
    const box = document.createElement(kind === "dt" ? (at ? "dd" : "dt") : at ? "td" : "th");
    const text = document.createElement("bdi");
    text.textContent = visible(cell);
    if (kind === "tr") { if (at) box.className = "n"; else box.scope = "row"; }
    box.append(text);
    if (kind === "dt") parent.append(box); else line.append(box);
  });
  if (kind === "tr") parent.append(line);
}

const fact = (key, text) => row(byId("facts"), "dt", word(key), text);
const named = (trust, org) => trust.orgs[org] ? `${org} (${trust.orgs[org].name})` : org;

async function show(read) {
  const { kind, said } = read;
  byId("facts").replaceChildren(); byId("figures").replaceChildren();
  byId("differs").hidden = byId("table").hidden = true;
  await kind.show(read);
  fact("election", `${said.election} (${word(`environment_${said.environment}`)})`);
  fact("signed", read.signed.join(", ") || word("nobody"));
  fact("number", groups(hex(await digest("SHA-256", read.raw))));
  byId("advice").textContent = word(`advice_${kind.name}`);
  byId("agreed-label").textContent = word(`agreed_${kind.name}`);
  byId("read").hidden = false;
}

async function showDelivery({ said, entries, trust }) {
  const counts = [];
  for (const file of said.files) {
    const data = entries.get(`files/${file.name}`);
    if (data.length !== file.size || hex(await digest("SHA-256", data)) !== file.sha256) refuse("changed", { name: file.name });
    if (file.role.startsWith("eml-510")) counts.push(figures(data));
  }
  fact("from", named(trust, said.sender));
  fact("to", named(trust, said.recipient));
  fact("what", word("delivery", { kind: word(`kind_${said.kind}`), sequence: said.sequence, session: said.session }));
  for (const file of said.files) {
    fact("file", `${file.name}, ${file.role}, ${number(file.size)} bytes`);
    fact("digest", groups(file.sha256));
  }
  for (const count of counts) {
    fact("stations", number(count.units));
    for (const key of ["admitted", "valid", "blank", "invalid"])
      if (count.stated.has(key)) row(byId("figures"), "tr", word(key), number(count.stated.get(key)));
    for (const [list, name] of count.names) row(byId("figures"), "tr", `${list}. ${name}`, number(count.stated.get(`list ${list}`) ?? 0));
  }
  byId("differs").hidden = !counts.some((count) => count.differs);
  byId("table").hidden = !counts.length;
}

// A receiver's own machine signs every other receipt: a person who is asked to is misled.
function showAcceptance({ said, trust }) {
  if (said.verdict !== "accepted") refuse("not_accepted");
  fact("what", word("acceptance", { sender: named(trust, said.sender), sequence: said.stream_sequence }));
  fact("by", named(trust, said.receiver));
  fact("code", transferCode(said.manifest));
  fact("digest", groups(said.manifest));
  if (said.codes.length) fact("codes", said.codes.join(", "));
  fact("taken", moment(said.received));
}

function showDecision({ said, trust }) {
  const key = Object.values(trust.orgs).flatMap((org) => org.keys).find((one) => one.id === said.object);
  const whose = Object.keys(trust.orgs).find((name) => trust.orgs[name].keys.includes(key));
  if (!Object.hasOwn(WORDS, `what_${said.what}`)) refuse("document", { format: "stf-decision/1" });
  const until = said.until && moment(said.until);
  fact("what", word(`what_${said.what}`, { whose: key ? `${whose}/${key.person}` : "?", until, taken: moment(said.taken) }));
  fact("by", named(trust, said.receiver));
  if (said.what === "clear") fact("code", transferCode(said.object));
  if (key) fact("key", printedKey(said.object));
  if (until) fact("until", until);
  fact("why", said.reason);
  fact("taken", moment(said.taken));
}

function showEnrolment({ said, keys }) {
  fact("what", word("enrolment", { person: said.person, org: said.org }));
  fact("key", printedKey(keys[0].id));
  fact("challenge", said.challenge);
  fact("roles", word("roles_later"));
}

// --- signing

// A DER integer and an SSH mpint have the same bytes.
function integers(der) {
  const r = der.subarray(4, 4 + der[3]), s = der.subarray(6 + der[3]);
  return [r, s];
}
const fixed = (value) => join(new Uint8Array(Math.max(0, 32 - value.length)), value.subarray(Math.max(0, value.length - 32)));

function fields(blob) {
  const out = [];
  for (let at = 0; at < blob.length;) {
    const size = new DataView(blob.buffer, blob.byteOffset + at).getUint32(0);
    out.push(blob.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return out;
}

async function fits(key, assertion) {
  const [type, blob] = key.key.split(" ");
  if (type !== KEY_TYPE) return false;
  const [, , point] = fields(fromBase64(blob));
  const name = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const usable = await crypto.subtle.importKey("raw", point, name, false, ["verify"]);
  const [r, s] = integers(new Uint8Array(assertion.signature));
  const signed = join(new Uint8Array(assertion.authenticatorData), await digest("SHA-256", assertion.clientDataJSON));
  return crypto.subtle.verify(name, usable, join(fixed(r), fixed(s)), signed);
}

async function sign(read) {
  const message = join(utf8("SSHSIG"), string(utf8(read.kind.namespace)), string(utf8("")), string(utf8("sha512")), string(await digest("SHA-512", read.raw)));
  const made = await navigator.credentials.get({ publicKey: { challenge: message, rpId: read.party, userVerification: "required", allowCredentials: [], timeout: 180000 } });
  const { response } = made, data = new Uint8Array(response.authenticatorData), client = new Uint8Array(response.clientDataJSON);
  const asked = base64(message).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (!fromUtf8(client).startsWith(`{"type":"webauthn.get","challenge":"${asked}","origin":"${location.origin}"`)) refuse("browser");
  if (!(data[32] & TOUCHED) || !(data[32] & VERIFIED)) refuse("no_pin");
  let key = null;
  for (const one of read.keys) if (await fits(one, response)) key = one;
  if (!key) refuse(read.trust ? "no_key" : "other_key", { sender: read.by });
  if (key.status !== "active" || !key.roles.includes(read.role)) refuse("not_counted", { person: key.person });
  if (read.signed.includes(key.person)) refuse("same_person", { person: key.person });
  const [r, s] = integers(new Uint8Array(response.signature));
  const inner = join(string(utf8(FORM)), string(join(string(r), string(s))), data.subarray(32, 37),
    string(utf8(location.origin)), string(client), string(data.subarray(37)));
  const blob = join(utf8("SSHSIG"), u32(1), string(fromBase64(key.key.split(" ")[1])), string(utf8(read.kind.namespace)), string(utf8("")), string(utf8("sha512")), string(inner));
  const armored = `-----BEGIN SSH SIGNATURE-----\n${base64(blob).match(/.{1,70}/g).join("\n")}\n-----END SSH SIGNATURE-----\n`;
  give("signature", `${key.id}.sshsig`, armored);
  byId("signed-by").textContent = word("signed_by", { person: key.person, key: key.id });
  byId("done").hidden = false;
  byId("done").focus();
}

function give(id, name, text) {
  const link = byId(id);
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  link.download = name;
}

// --- a new key

async function enrol() {
  const label = byId("label").value.trim();
  if (!/^[a-z0-9-]{1,32}$/.test(label)) refuse("label");
  const random = crypto.getRandomValues(new Uint8Array(48));
  const made = await navigator.credentials.create({ publicKey: {
    rp: { id: location.hostname, name: "Waarmerk" }, user: { id: random.subarray(0, 16), name: label, displayName: label },
    challenge: random.subarray(16), pubKeyCredParams: [{ type: "public-key", alg: -7 }], attestation: "none", timeout: 180000,
    authenticatorSelection: { residentKey: "required", userVerification: "required", authenticatorAttachment: "cross-platform" } } });
  const flags = new Uint8Array(made.response.getAuthenticatorData())[32];
  const key = await crypto.subtle.importKey("spki", made.response.getPublicKey(), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", key));
  const blob = join(string(utf8(KEY_TYPE)), string(utf8("nistp256")), string(point), string(utf8(location.hostname)));
  const line = `${KEY_TYPE} ${base64(blob)}`;
  byId("line").textContent = line;
  byId("key-number").textContent = groups(hex(await digest("SHA-256", blob)).slice(0, 32));
  byId("synchronised").hidden = !(flags & SYNCHRONISED);
  give("public-key", `${label}.pub`, line + "\n");
  byId("enrolled").hidden = false;
  byId("enrolled").focus();
}

// --- what a person does

async function attempt(task) {
  PROBLEM.hidden = true;
  try { await task(); } catch (error) {
    // A browser says why a key did not answer in its own words, not in ours.
    PROBLEM.textContent = error instanceof Refused ? error.message : word("failed", { reason: visible(String(error.message ?? error)) });
    PROBLEM.hidden = false;
    PROBLEM.focus();
  }
}

function start() {
  if (window.top !== window.self) return refuse("framed");
  if (!window.PublicKeyCredential || !window.isSecureContext || /^[\d.]+$|:/.test(location.hostname)) return refuse("insecure");
  byId("work").hidden = false;
  byId("files").addEventListener("change", (event) => attempt(async () => {
    byId("read").hidden = byId("done").hidden = true;
    byId("agreed").checked = false;
    ready = null;
    await show(ready = await open_(event.target.files));
  }));
  byId("sign").addEventListener("click", () => attempt(async () => {
    byId("done").hidden = true;
    if (!byId("agreed").checked) refuse(ready.kind.name === "delivery" ? "not_agreed" : "not_read");
    await sign(ready);
  }));
  byId("enrol").addEventListener("click", () => attempt(enrol));
}
attempt(start);
