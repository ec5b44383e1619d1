// The house itself: what stands on every page.
const SCRIPTED = [{ size: 'normal', scripts: true }];

export default [
  {
    name: 'a lost visitor finds words, help and the way home',
    async walk(person) {
      await person.opens('/no-such-page', 404);
      await person.reads('没找到这一页');
      await person.reads('求助码');
    },
  },
  {
    name: 'the text size is switched by a link and kept',
    async walk(person) {
      await person.opens('/no-such-page', 404);
      await person.page.locator('a[href^="/font?to=xlarge"]').click();
      await person.page.locator('html[data-font=xlarge]').waitFor();
      await person.page.goto('/another');
      await person.page.locator('html[data-font=xlarge]').waitFor();
    },
    manners: [{ size: 'normal', scripts: false }],
  },
  {
    name: 'the first page weighs at most 30 KB in at most 5 requests',
    async walk(person) {
      const sizes = [];
      person.page.on('requestfinished', async request => sizes.push(request.sizes()));
      await person.page.goto('/');
      await person.page.waitForLoadState('networkidle');
      const all = await Promise.all(sizes);
      const bytes = all.reduce((sum, size) => sum + size.responseBodySize + size.responseHeadersSize, 0);
      if (bytes > 30 * 1024 || all.length > 5) person.findings.push(`${(bytes / 1024).toFixed(1)} KB in ${all.length} requests`);
    },
    manners: SCRIPTED,
  },
  {
    name: 'every link, button and field is reached by the keyboard, with a ring to be seen',
    async walk(person) {
      await person.page.goto('/');
      const wanted = await person.page.evaluate(() => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')].filter(e => e.getClientRects().length).length);
      const reached = new Set();
      for (let step = 0; step < wanted; step++) {
        await person.page.keyboard.press('Tab');
        const focus = await person.page.evaluate(() => {
          const element = document.activeElement, style = getComputedStyle(element);
          const at = [...document.querySelectorAll('*')].indexOf(element);
          const ring = Math.max(parseFloat(style.outlineStyle === 'none' ? 0 : style.outlineWidth) || 0, style.boxShadow === 'none' ? 0 : 3);
          return { at, ring, words: (element.innerText || element.name || '').slice(0, 12) };
        });
        reached.add(focus.at);
        if (focus.ring < 3) person.findings.push(`no ring of 3 px on «${focus.words}»`);
      }
      if (reached.size < wanted) person.findings.push(`${reached.size} of ${wanted} reached by the keyboard`);
    },
    manners: SCRIPTED,
  },
];
