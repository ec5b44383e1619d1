// Asks software of others what it says of our certificates: @digitalbazaar/vc and its kin of JSON, also of several in one presentation, jose of JWTs, jsonld
// of canonical N-Quads.
//
//   node verify.mjs FOLDER                          all cases of FOLDER/cases.json
//   node verify.mjs FOLDER FILE [ADDRESSES]         says of one file: good, revoked, suspended or refused, and why
//   node verify.mjs --bank URL FILE                 the same, while the bank on URL answers for its own public address
//
// Nothing but a bank on loopback is ever asked over a network: contexts come from `contexts` beside this file, DID documents and status lists
// from FOLDER, by its addresses.json. README.md says what stands in a folder. Node 18.
import {webcrypto} from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import process from 'node:process';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {verify as verifyPresentation, verifyCredential} from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {compactVerify, decodeProtectedHeader, importJWK} from 'jose';
import jsonld from 'jsonld';

// Node 18 has it, and not as a global.
globalThis.crypto ??= webcrypto;

const here = path.dirname(new URL(import.meta.url).pathname);
const CONTEXTS = new Map(Object.entries({
  'https://www.w3.org/ns/credentials/v2': 'credentials-v2.json',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json': 'ob-v3p0-context-3.0.3.json',
  'https://w3id.org/security/multikey/v1': 'multikey-v1.json',
  'https://www.w3.org/ns/did/v1': 'did-v1.json',
}).map(([address, file]) => [address, JSON.parse(fs.readFileSync(path.join(here, 'contexts', file), 'utf8'))]));

// A did:web as the address of its document.
function addressOf(did) {
  const [host, ...rest] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  return `https://${host}/${rest.length ? rest.join('/') : '.well-known'}/did.json`;
}

// The document of a did:key, which is the key and nothing more.
function didKeyDocument(did) {
  const multikey = did.slice('did:key:'.length);
  const id = `${did}#${multikey}`;
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [{id, type: 'Multikey', controller: did, publicKeyMultibase: multikey}],
    assertionMethod: [id],
  };
}

// What a folder's addresses.json answers.
function folderFetch(folder, addresses) {
  const known = JSON.parse(fs.readFileSync(path.join(folder, addresses), 'utf8'));
  return async address => {
    if (!known[address]) throw new Error(`nobody answers at ${address}`);
    return JSON.parse(fs.readFileSync(path.join(folder, known[address].json), 'utf8'));
  };
}

// What a bank on loopback answers, whatever its public name is.
function bankFetch(bank) {
  const base = new URL(bank);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(base.hostname)) throw new Error('only a bank on loopback is asked');
  return async address => {
    const {pathname} = new URL(address);
    const answer = await fetch(new URL(pathname, base), {headers: {accept: 'application/vc, application/did+json'}, redirect: 'error'});
    if (!answer.ok) throw new Error(`${answer.status} at ${pathname}`);
    return answer.json();
  };
}

function loaderOf(fetchDocument) {
  const answer = (documentUrl, document) => ({contextUrl: null, documentUrl, document});
  return async url => {
    if (CONTEXTS.has(url)) return answer(url, CONTEXTS.get(url));
    if (!url.startsWith('did:')) return answer(url, await fetchDocument(url));
    const [did, fragment] = url.split('#');
    const document = did.startsWith('did:key:') ? didKeyDocument(did) : await fetchDocument(addressOf(did));
    if (document.id !== did) throw new Error(`another document than that of ${did}`);
    if (!fragment) return answer(url, document);
    const method = document.verificationMethod.find(({id}) => id === url);
    if (!method) throw new Error(`no such key: ${url}`);
    return answer(url, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
  };
}

const suite = new DataIntegrityProof({cryptosuite});
const whyOf = error => error?.errors?.map(each => each.message).join('; ') || error?.message || 'refused';
const all = async (documentLoader, credential) => checkStatus({credential, documentLoader, suite});

// `verified` of the status package is true for a set bit too: what counts is each result's `status`.
function standing(statusResult) {
  if (!statusResult.verified) return ['refused', whyOf(statusResult.error)];
  const set = statusResult.results.filter(({status}) => status).map(({credentialStatus}) => credentialStatus.statusPurpose);
  if (set.includes('revocation')) return ['revoked', 'its bit is set'];
  if (set.includes('suspension')) return ['suspended', 'its bit is set'];
  return statusResult.results.length === 2 ? ['good', ''] : ['refused', 'not both lists were asked'];
}

async function verifyJson(text, documentLoader, status) {
  const credential = JSON.parse(text);
  const ask = status ? options => all(documentLoader, options.credential) : async () => ({verified: true, results: []});
  const result = await verifyCredential({credential, suite, documentLoader, checkStatus: ask});
  if (!result.verified && !result.statusResult) return ['refused', whyOf(result.error)];
  if (!result.verified && result.results?.some(each => !each.verified)) return ['refused', whyOf(result.error)];
  return status ? standing(result.statusResult) : ['good', ''];
}

async function verifyJwt(text, documentLoader, status) {
  const token = text.trim();
  const {kid} = decodeProtectedHeader(token);
  const [did] = kid.split('#');
  const {document} = await documentLoader(did);
  if (!document.assertionMethod.includes(kid)) return ['refused', 'the key is not for assertions'];
  const key = await Multikey.from((await documentLoader(kid)).document);
  const jwk = await Multikey.toJwk({keyPair: key, secretKey: false});
  const {payload, protectedHeader} = await compactVerify(token, await importJWK(jwk, 'EdDSA'), {algorithms: ['EdDSA']});
  const credential = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(payload));
  if (protectedHeader.typ !== 'vc+jwt' || 'vc' in credential) return ['refused', 'no vc+jwt'];
  if (credential.iss !== did || credential.issuer.id !== did || credential.jti !== credential.id) return ['refused', 'issuers differ'];
  if (credential.nbf * 1000 !== Date.parse(credential.validFrom)) return ['refused', 'two beginnings'];
  if (credential.nbf * 1000 > Date.now() + 300_000) return ['refused', 'not valid yet'];
  return status ? standing(await all(documentLoader, credential)) : ['good', ''];
}

async function verify(text, documentLoader, status = true) {
  try {
    const isJson = text.trimStart().startsWith('{');
    return await (isJson ? verifyJson : verifyJwt)(text, documentLoader, status);
  } catch (error) {
    return ['refused', whyOf(error)];
  }
}

// Several certificates as one file, which nobody signs: good where all that it holds are.
async function verifyAll(text, documentLoader) {
  try {
    const ask = options => all(documentLoader, options.credential);
    const presentation = JSON.parse(text);
    const result = await verifyPresentation({presentation, unsignedPresentation: true, suite, documentLoader, checkStatus: ask});
    if (!result.verified) return ['refused', whyOf(result.error ?? result.credentialResults?.find(({verified}) => !verified)?.error)];
    const others = (result.credentialResults ?? []).map(each => standing(each.statusResult)).filter(([said]) => said !== 'good');
    return others[0] ?? ['good', ''];
  } catch (error) {
    return ['refused', whyOf(error)];
  }
}

async function canonical(folder, {document, quads}) {
  const read = file => fs.readFileSync(path.join(folder, file), 'utf8');
  const documentLoader = loaderOf(async url => {
    throw new Error(url);
  });
  const options = {algorithm: 'RDFC-1.0', format: 'application/n-quads', base: null, safe: true, documentLoader};
  return await jsonld.canonize(JSON.parse(read(document)), options) === read(quads);
}

async function runAll(folder) {
  const {cases, canonical: texts = [], presentations = []} = JSON.parse(fs.readFileSync(path.join(folder, 'cases.json'), 'utf8'));
  let passed = 0;
  let failed = 0;
  const count = (isSo, line) => {
    if (isSo) passed += 1;
    else failed += 1;
    if (!isSo || process.env.VERBOSE) console.log(`${isSo ? 'ok    ' : 'WRONG '} ${line}`);
  };
  for (const {file, addresses, expect, status} of cases) {
    const loader = loaderOf(folderFetch(folder, addresses));
    const [said, why] = await verify(fs.readFileSync(path.join(folder, file), 'utf8'), loader, status);
    count(said === expect, `${file} (${addresses}): expected ${expect}, said ${said} ${why}`);
  }
  for (const {file, addresses, expect} of presentations) {
    const [said, why] = await verifyAll(fs.readFileSync(path.join(folder, file), 'utf8'), loaderOf(folderFetch(folder, addresses)));
    count(said === expect, `${file} (${addresses}): expected ${expect}, said ${said} ${why}`);
  }
  for (const text of texts) count(await canonical(folder, text), `${text.document}: canonical N-Quads`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}

const [first, second, third] = process.argv.slice(2);
if (!first) {
  console.error('usage: node verify.mjs FOLDER [FILE [ADDRESSES]] | --bank URL FILE');
  process.exit(2);
}
if (!second) {
  process.exit(await runAll(first) ? 0 : 1);
}
const isBank = first === '--bank';
const loader = loaderOf(isBank ? bankFetch(second) : folderFetch(first, third ?? 'addresses.json'));
const text = fs.readFileSync(isBank ? third : path.join(first, second), 'utf8');
// The lists of a did:key's certificate are the agency's, not the key's.
const [said, why] = await verify(text, loader, !text.includes('"did:key:'));
console.log(`${said} ${why}`.trim());
process.exit(said === 'good' ? 0 : 1);
