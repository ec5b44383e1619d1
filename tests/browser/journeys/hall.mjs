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
  const names = await person.page.locator('form[data-claim] button span').allTextContents();
  if (names.length < 2) throw new Error(`nobody is on the list: ${names}`);

  await person.context.setOffline(true);
  await person.page.locator('form[data-claim] button').nth(0).click();
  await says(person, '上传 (1)');
  await person.page.locator('form[data-claim] button').nth(1).click();
  await says(person, '上传 (2)');
  // The same once more writes nothing.
  await person.page.locator('form[data-claim] button').nth(1).click();
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

export default [
  { name: 'a volunteer holds a class with a phone while the network is cut, and uploads when it is back', walk: holdsAClassWithoutANetwork, manners: ONCE },
  { name: 'a volunteer whose phone holds something that was not uploaded is not signed out', walk: isNotSignedOutWithSomethingLeft, manners: ONCE },
];
