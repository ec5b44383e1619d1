// The pages that verify a certificate, and those that show a part of one, for the list of all pages.

/** A long code that is well formed, and nobody's. */
const NOBODYS = '0123456789ABCDEFGHJKM7KA';

/** Asks by number and name. */
async function asksByName(person) {
  await person.opens('/v');
  await person.page.locator('input[name=number]').fill('1234 5678 9018');
  await person.page.locator('input[name=name]').fill('李敏');
  await person.tapsPrimary();
}

/** Pattern, then addresses to be opened or ways that lead there. */
export const VISITOR = {
  '/v/offline': ['/v/offline'],
  '/v': [
    '/v',
    async person => { await person.opens('/v'); await person.tapsPrimary(); },
    async person => {
      await person.opens('/v');
      await person.page.locator('input[name=code]').fill(NOBODYS.replace('4', '5'));
      await person.tapsAt('form:nth-of-type(2) button');
    },
  ],
  '/v/answer/{token}': [asksByName],
  '/v/{code}': [async person => person.opens(`/v/${NOBODYS}`, 404), async person => person.opens(`/v/${NOBODYS.replace('4', '5')}`, 404)],
  '/V/{code}': [async person => person.opens(`/V/${NOBODYS}`, 404)],
  '/s/{token}': [async person => person.opens(`/s/${'0'.repeat(26)}`, 404)],
  '/credentials/{kind}/{version}': ['/credentials/foundation/2026.11', '/credentials/unit/2026.11'],
};

async function opensCertificate(person) {
  await person.opens('/certificates');
  await person.tapsAt('main a.row[href^="/certificates/"]:not([href*="/ask/"])');
}

async function opensForm(person) {
  await opensCertificate(person);
  await person.tapsAt('main a.row[href$="/share"]');
}

async function looksItOver(person) {
  await opensForm(person);
  await person.page.locator('input[name=for]').fill('村委会招聘');
  await person.page.locator('input[name=part]').first().check({ force: true });
  await person.tapsPrimary();
}

/** Of somebody who has a certificate. */
export const LEARNER = {
  '/certificates/{id}': [opensCertificate],
  '/certificates/{id}/print': [async person => { await opensCertificate(person); await person.tapsAt('main a.row[href$="/print"]'); }],
  '/certificates/{id}/share': [opensForm, async person => { await opensForm(person); await person.tapsPrimary(); }, looksItOver],
  '/shares': ['/shares'],
  '/shares/statement': ['/shares/statement'],
  '/shares/{id}': [async person => { await looksItOver(person); await person.tapsPrimary(); }],
};

/** Answered to GET, and not a page. */
export const NO_PAGES = [
  '/v/keys.json', '/v/keys.json.note', '/v/worker.js', '/V/worker.js', '/v/{code}/credential.json', '/v/{code}/credential.jwt',
  '/v/{code}/credential.did-key.json', '/v/{code}/receipts', '/issuers/{agency}/did.json', '/issuers/{agency}/status/{purpose}/{list}',
  '/certificates/{id}/pdf', '/certificates/{id}/badge.png', '/certificates/{id}/badge.svg', '/certificates/all.json',
  '/api/v1/certificates', '/api/v1/requests/{id}',
];
