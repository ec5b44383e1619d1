// A class on a volunteer's phone: the network is cut, people come, the page is opened anew, somebody wants to sign out; then it is back.
const ONCE = [{ size: 'normal', scripts: true }];

const says = (person, words) => person.page.waitForFunction(text => document.body.innerText.includes(text), words);

async function holdsAClassWithoutANetwork(person) {
  await person.becomes('李敏');
  await person.opens('/staff/hall/phone');
  // From the second sight on the worker keeps the page.
  await person.page.evaluate(() => navigator.serviceWorker.ready);
  await person.opens('/staff/hall/phone');
  await says(person, '上传 (0)');
  const names = await person.page.locator('form[data-claim=attendance] button span').allTextContents();
  if (names.length < 2) throw new Error(`nobody is on the list: ${names}`);

  await person.context.setOffline(true);
  await person.page.locator('form[data-claim=attendance] button').nth(0).click();
  await says(person, '上传 (1)');
  await person.page.locator('form[data-claim=attendance] button').nth(1).click();
  await says(person, '上传 (2)');
  // The same once more writes nothing.
  await person.page.locator('form[data-claim=attendance] button').nth(1).click();
  await person.page.reload();
  await says(person, '上传 (2)');
  await says(person, '记下了，还没上传');
  const file = person.page.waitForEvent('download');
  await person.page.locator('[data-export]').click();
  if (!(await file).suggestedFilename().endsWith('.pack')) throw new Error('no file to take along');

  await person.context.setOffline(false);
  await says(person, '上传 (0)');
  await person.opens('/staff/hall/packs');
  await person.reads('手机');
  // What was handed over stands in the class, and signing out is free again.
  await person.tapsAt('main .rows a.row');
  const counted = await person.page.getByText('记上了', { exact: true }).count() + await person.page.getByText('早就有了', { exact: true }).count();
  if (counted < 2) person.findings.push(`${counted} of 2 were counted: ${await person.page.locator('main').innerText()}`);
}

async function isNotSignedOutWithSomethingLeft(person) {
  await person.becomes('李敏');
  await person.opens('/staff/hall/phone');
  await person.page.evaluate(() => navigator.serviceWorker.ready);
  await person.opens('/staff');
  // Something is left on this phone, as if the network had gone while it was written.
  await person.page.evaluate(() => new Promise(resolve => {
    const request = indexedDB.open('hall', 1);
    request.onsuccess = () => {
      const tx = request.result.transaction(['entries'], 'readwrite');
      tx.objectStore('entries').put({ seq: 1, id: 'x', kind: 'attendance', at: 0, by: 'somebody else', prev: '', body: '{}' });
      tx.oncomplete = () => { request.result.close(); resolve(); };
    };
  }));
  await person.page.locator('form[action="/sign-out"] button').first().click();
  await person.page.waitForURL(url => url.pathname === '/staff/hall/phone');
  await says(person, '没上传');
  await person.opens('/staff');
}

/** How many claims wait on this phone. */
const waits = (person, count) => says(person, `上传 (${count})`);

async function doesEverythingWithoutANetwork(person) {
  const { page } = person;
  const name = `司马${Array.from({ length: 3 }, () => '梅兰竹菊春夏秋冬云霞松柏'[Math.floor(Math.random() * 12)]).join('')}`;
  await person.becomes('李敏');
  await person.opens('/staff/hall/phone');
  await person.tapsAt('form[data-bring] button');
  await says(person, '答卷带上了');
  await says(person, '答卷在手机里');
  const learner = page.locator('li[data-person]').filter({ has: page.locator('a[data-test]') }).first();
  const href = await learner.locator('a[data-test]').getAttribute('href');

  await person.context.setOffline(true);
  const enrol = page.locator('details', { has: page.locator('form[data-claim=enrolment]') }).first();
  await enrol.locator('summary').first().click();
  // What a browser can see is wrong is not written down.
  const form = enrol.locator('form[data-claim=enrolment]');
  await form.locator('input[name=name]').fill(name);
  await form.locator('input[name=year]').fill('2051');
  await form.locator('button').click();
  await waits(person, 0);
  await form.locator('input[name=year]').fill('1951');
  await form.locator('input[name=nophone]').check();
  await form.locator('input[name=consent]').first().check();
  await form.locator('button').click();
  await waits(person, 2);
  const fresh = page.locator('li[data-person]').filter({ hasText: name });
  await fresh.getByText('记下了，还没上传').first().waitFor();
  await fresh.locator('form[data-claim=witnessed] button').click();
  await waits(person, 3);
  await page.reload();
  await waits(person, 3);
  await fresh.getByText('记下了，还没上传').first().waitFor();

  // A test, closed in the middle and opened again: nothing is lost.
  await page.locator(`a[href="${href}"]`).click();
  await page.waitForURL(url => url.pathname === href);
  await person.looks();
  const picked = page.locator('input[type=radio][name$="-q"]').first();
  await picked.check();
  await page.waitForFunction(draft => window.hall.draft(draft).then(fields => fields && fields.length), `draft:${href.split('/').pop()}`);
  await page.reload();
  await page.waitForFunction(() => document.querySelector('input[type=radio][name$="-q"]').checked);
  await page.locator('input[name=assisted][value=yes]').check();
  await page.locator('form[data-claim=answers] button').click();
  await says(person, '答卷已收好，上传后就记上');
  await page.reload();
  await says(person, '答卷已收好，上传后就记上');
  await page.locator('[data-collected] a').click();
  await waits(person, 4);
  // The file for the stick holds the whole chain.
  const file = page.waitForEvent('download');
  await page.locator('[data-export]').click();
  await file;

  await person.context.setOffline(false);
  await waits(person, 0);
  await fresh.getByText('上传了').first().waitFor();
  await person.opens('/staff/hall/phone');
  await person.reads(name);
  if (await page.locator(`a[href="${href}"]`).count()) person.findings.push('a test that was handed in is offered again');
  await person.opens('/staff/hall/packs');
  await person.tapsAt('main .rows a.row');
  const said = await page.locator('main').innerText();
  for (const kind of ['登记', '签到', '见证', '答卷']) if (!said.includes(kind)) person.findings.push(`no ${kind}: ${said}`);
  const counted = await page.getByText(/^(记上了|早就有了)$/).count();
  if (counted !== 4) person.findings.push(`${counted} of 4 were counted: ${said}`);
}

export default [
  { name: 'a volunteer enrols, checks in, witnesses and tests while the network is cut, and all of it counts when it is back', walk: doesEverythingWithoutANetwork, manners: ONCE },
  { name: 'a volunteer holds a class with a phone while the network is cut, and uploads when it is back', walk: holdsAClassWithoutANetwork, manners: ONCE },
  { name: 'a volunteer whose phone holds something that was not uploaded is not signed out', walk: isNotSignedOutWithSomethingLeft, manners: ONCE },
];
