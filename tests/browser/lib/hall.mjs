// A volunteer's phone in the hall, for the walks of a class without a network.

/** The page says this, somewhere in it. */
export const says = (person, words) => person.page.waitForFunction(text => document.body.innerText.includes(text), words);

/** How many claims wait on this phone. */
export const waits = (person, count) => says(person, `上传 (${count})`);

/** The phone's page, kept by its worker: from the second sight on it does. */
export async function takesThePhone(person) {
  await person.becomes('李敏');
  await person.opens('/staff/hall/phone');
  await person.page.waitForFunction(() => navigator.serviceWorker.getRegistration('/staff/').then(found => Boolean(found?.active)));
  await person.opens('/staff/hall/phone');
}

/** The form for somebody new, unfolded. */
export async function opensEnrolment(person) {
  const fold = person.page.locator('details', { has: person.page.locator('form[data-claim=enrolment]') }).first();
  if (await fold.getAttribute('open') === null) await fold.locator('summary').first().click();
  return fold.locator('form[data-claim=enrolment]');
}

/** Writes somebody down who has no telephone. */
export async function enrolsOnPhone(person, name) {
  const form = await opensEnrolment(person);
  await form.locator('input[name=name]').fill(name);
  await form.locator('input[name=year]').fill('1951');
  await form.locator('input[name=nophone]').check();
  await form.locator('input[name=consent]').first().check();
  await form.locator('button').click();
}

/** Tests on this phone; gives the address of the first. */
export async function bringsTests(person) {
  await person.tapsAt('form[data-bring] button');
  await says(person, '答卷带上了');
  await says(person, '答卷在手机里');
  return person.page.locator('a[data-test]').first().getAttribute('href');
}

/** Whoever is tested has come: a tap, where there was none yet; says how many taps. */
export async function comesToTest(person, href) {
  const learner = person.page.locator('li[data-person]').filter({ has: person.page.locator(`a[href="${href}"]`) });
  const comes = learner.locator('form[data-claim=attendance] button');
  if (!await comes.count()) return 0;
  if (await learner.locator('a[data-test]').isVisible()) person.findings.push('whoever has not come is offered a test');
  await comes.click();
  await learner.locator('a[data-test]').waitFor();
  return 1;
}

/** What lies in the browser: the addresses of pages, and the drafts of answers. */
export const kept = person => person.page.evaluate(async () => {
  const pages = await caches.has('hall-1') ? await (await caches.open('hall-1')).keys() : [];
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open('hall', 1);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const drafts = await new Promise(resolve => {
    const request = db.transaction('meta').objectStore('meta').getAllKeys();
    request.onsuccess = () => resolve(request.result.filter(key => key.startsWith('draft:')));
  });
  db.close();
  return { pages: pages.map(page => new URL(page.url).pathname).filter(path => path.startsWith('/staff/')), drafts };
});
