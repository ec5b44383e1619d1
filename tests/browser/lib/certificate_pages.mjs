// The pages of certificates, for the list of all pages: of whoever asks for one, and of the agency that issues it.

async function opensQueue(person) {
  await person.opens('/staff/agency');
  await person.tapsAt('main a.row');
  await person.tapsAt('main a.row[href$="/certificates"]');
}

/** Pattern, then addresses to be opened or ways that lead there. */
export const OWNER = {
  '/certificates': ['/certificates'],
  '/certificates/ask/{kind}': ['/certificates/ask/unit', '/certificates/ask/foundation'],
};

async function opensBatches(person) {
  await opensQueue(person);
  await person.tapsAt('main a.button[href$="/batches"]');
}

async function opensBatch(person) {
  await opensBatches(person);
  await person.tapsAt('main a.row[href*="/batches/"]');
}

/** The second of two: a batch that waits, and one of its sample. */
export const REVIEWER = {
  '/staff/agency/{agency}/certificates/batches/{batch}': [opensBatch],
  '/staff/agency/{agency}/certificates/batches/{batch}/sample/{line}': [
    async person => { await opensBatch(person); await person.tapsAt('main a.go[href*="/sample/"]'); },
  ],
};

/** Answered to GET, and not a page. */
export const NO_PAGES = [
  '/staff/agency/{agency}/certificates/batches/template/{kind}', '/staff/agency/{agency}/certificates/batches/{batch}/progress',
  '/staff/agency/{agency}/certificates/batches/{batch}/left-out', '/staff/agency/{agency}/certificates/batches/{batch}/sheets/{part}',
  '/api/v1/certificate-batches/{id}',
];

/** Who looks at what was asked for. */
export const OFFICER = {
  '/staff/agency/{agency}/certificates/requests/{learner}/{id}': [
    async person => { await opensQueue(person); await person.tapsAt('main td a[href*="/certificates/requests/"]'); },
    async person => {
      await opensQueue(person);
      await person.tapsAt('main td a[href*="/certificates/requests/"]');
      await person.tapsAt('main button[value=refuse]');
    },
  ],
  '/staff/agency/{agency}/certificates/batches': [
    opensBatches,
    async person => { await opensBatches(person); await person.tapsAt('main form button.go'); },
  ],
  '/staff/agency/{agency}/certificates/batches/{batch}': [opensBatch],
  '/staff/agency/{agency}/certificates': [
    opensQueue,
    async person => { await opensQueue(person); await person.tapsAt('main form button.go'); },
  ],
};
