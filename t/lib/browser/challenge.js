// Challenges in a real browser; prints TAP without a plan.
//
//   node challenge.js chromium|firefox MODULES URLS
//
// MODULES is the folder with node_modules; URLS is JSON of the bases "http",
// "https", "http2" and "captcha".  EO_SCREENSHOTS names a folder for pictures.

'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');

const [engine, modules, json] = process.argv.slice(2);
const urls = JSON.parse(json);
const load = name => require(path.join(modules, 'node_modules', name));
const shots = process.env.EO_SCREENSHOTS;

let failed = 0;

function ok(held, name, got) {
  console.log((held ? 'ok' : 'not ok') + ' - ' + engine + ': ' + name);
  if (!held) { failed++; if (got !== undefined) console.log('# got: ' + JSON.stringify(got)); }
}

const sleep = time => new Promise(end => setTimeout(end, time));

// what both libraries are here: a browser with pages, options of which are
// agent, headers, language, script, cookies, dark, width

async function chromium(options) {
  const { chromium } = load('playwright-core');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'eo-chromium-'));

  if (options.cookies === false) {
    fs.mkdirSync(path.join(folder, 'Default'));
    fs.writeFileSync(path.join(folder, 'Default', 'Preferences'),
      JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
  }

  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.EO_CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    ignoreHTTPSErrors: true,
    userAgent: options.agent,
    extraHTTPHeaders: options.headers,
    locale: options.language || 'en-GB',
    javaScriptEnabled: options.script !== false,
    colorScheme: options.dark ? 'dark' : 'light',
    viewport: { width: options.width || 1100, height: 800 },
  });

  const page = context.pages()[0] || await context.newPage();

  return {
    page,
    headers: headers => context.setExtraHTTPHeaders(headers),
    cookies: () => context.cookies(),
    close: async () => { await context.close(); fs.rmSync(folder, { recursive: true, force: true }); },
  };
}

async function firefox(options) {
  const puppeteer = load('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.EO_FIREFOX || '/usr/bin/firefox-esr',
    acceptInsecureCerts: true,
    extraPrefsFirefox: {
      'network.cookie.cookieBehavior': options.cookies === false ? 2 : 0,
      'javascript.enabled': options.script !== false,
      'intl.accept_languages': options.language || 'en-GB',
      'ui.systemUsesDarkTheme': options.dark ? 1 : 0,
      'layout.css.prefers-color-scheme.content-override': options.dark ? 0 : 1,
      ...(options.agent ? { 'general.useragent.override': options.agent } : {}),
    },
  });

  const page = await browser.newPage();
  await page.setViewport({ width: options.width || 1100, height: 800 });

  return { page, close: () => browser.close() };
}

async function open(options = {}) {
  const browser = await (engine === 'chromium' ? chromium : firefox)(options);

  browser.errors = [];
  browser.documents = [];
  browser.page.on('console', m => {
    if (m.type() === 'error' && !/status of 567|favicon/.test(m.text())) browser.errors.push(m.text());
  });
  browser.page.on('pageerror', e => browser.errors.push(String(e)));
  browser.page.on('response', r => {
    if (r.request().isNavigationRequest() && r.request().frame() === browser.page.mainFrame())
      browser.documents.push(r.status());
  });
  browser.go = async url => {
    browser.documents.length = 0;
    await browser.page.goto(url, { waitUntil: 'load', timeout: 60000 }).catch(e => {
      // the page leaves by itself
      if (!/interrupted|aborted|Navigat/i.test(String(e))) throw e;
    });
  };
  return browser;
}

const text = page => page.evaluate(() => document.body.innerText).catch(() => '');

async function until(page, pattern, time = 30000) {
  for (const end = Date.now() + time; Date.now() < end; await sleep(100)) {
    const now = await text(page);
    if (pattern.test(now)) return now;
  }
  return text(page);
}

async function passes() {
  for (const kind of ['http', 'https', 'http2']) {
    const browser = await open();
    const { page } = browser;
    const start = Date.now();

    await browser.go(urls[kind] + '/js/page?a=b#place');
    let body = await until(page, /^origin/);
    ok(/^origin GET \/js\/page\?a=b/.test(body), kind + ': passes, and lands on the page', body);
    console.log('# ' + kind + ': ' + (Date.now() - start) + ' ms');
    ok(page.url() === urls[kind] + '/js/page?a=b#place', kind + ': with its address', page.url());
    ok(browser.documents.join() === '567,200', kind + ': one challenge', browser.documents);

    await browser.go(urls[kind] + '/js/other');
    body = await until(page, /^origin/);
    ok(browser.documents.join() === '200', kind + ': no second challenge', browser.documents);

    await browser.go(urls[kind] + '/strict/form');
    const field = 'one\r\ntwo';
    await page.evaluate(() => { document.forms[0].elements.t.value = 'a\nb <&> "\u00fc"'; HTMLFormElement.prototype.submit.call(document.forms[0]); });
    body = await until(page, /^origin POST/);
    ok(/^origin POST \/strict\/send t=a%0D%0Ab\+%3C%26%3E\+%22%C3%BC%22&submit=x/.test(body),
       kind + ': a form arrives as it was', body);

    await browser.go(urls[kind] + '/strict2/form');
    await page.evaluate(() => { const f = document.forms[0]; f.elements.t.value = 'a\nb'; HTMLFormElement.prototype.submit.call(f); });
    body = await until(page, /^origin POST/);
    ok(/^origin POST \/strict2\/send [\s\S]*name="t"[\s\S]*a\s+b[\s\S]*name="submit"[\s\S]*x/.test(body),
       kind + ': and a multipart one', body);

    await browser.go(urls[kind] + '/app');
    body = await until(page, /fetched|failed/);
    ok(/fetched origin GET \/js9\/api/.test(body), kind + ': a front end gets a pass', body);

    ok(browser.errors.length === 0, kind + ': no error in the console', browser.errors);
    await browser.close();
  }
}

async function addresses() {
  const browser = await open({ headers: { 'X-Real-IP': '192.0.2.1' } });
  let challenges = 0;

  for (const ip of ['192.0.2.1', '2001:db8::1', '192.0.2.1', '2001:db8::1', '192.0.2.1']) {
    await browser.headers({ 'X-Real-IP': ip });
    await browser.go(urls.http + '/js/flip');
    await until(browser.page, /^origin/);
    challenges += browser.documents.filter(s => s === 567).length;
  }
  ok(challenges === 2, 'an address flip costs two challenges', challenges);

  await browser.headers({ 'X-Real-IP': '192.0.2.1', 'User-Agent': 'Mozilla/5.0 Other' });
  await browser.go(urls.http + '/js/agent');
  await until(browser.page, /^origin/);
  ok(browser.documents[0] === 567, 'another User-Agent is challenged', browser.documents);

  // an address that changes with every request
  let n = 0;
  await browser.page.route('**/*', route => route.continue({
    headers: { ...route.request().headers(), 'X-Real-IP': '198.51.100.' + ++n } }));
  await browser.go(urls.http + '/js/changing');
  const body = await until(browser.page, /did not succeed/);
  ok(/VPN or proxy/.test(body), 'a proxy that changes addresses: the page stops and explains', body);
  const seen = browser.documents.length;
  await sleep(1500);
  ok(browser.documents.length === seen && seen <= 5, 'and asks no more', browser.documents);
  await browser.close();
}

async function person() {
  const browser = await open();
  const { page } = browser;

  await browser.go(urls.http + '/managed/page');
  const body = await until(page, /Which of these/);
  ok(/Two short questions/.test(body), 'managed: a person is asked', body);
  await look(browser, 'puzzle');

  const words = JSON.parse(process.env.EO_PUZZLE_WORDS);
  for (let i = 0; i < 2; i++) {
    await sleep(200);
    const focus = await page.evaluate(() => document.activeElement.tagName);
    ok(focus === 'BUTTON', 'managed: the keyboard is at the answers', focus);
    await page.evaluate(words => {
      const right = words[document.querySelector('legend').textContent];
      [...document.querySelectorAll('fieldset button')].find(b => right[b.textContent]).click();
    }, words);
  }
  const end = await until(page, /^origin/);
  ok(/^origin GET \/managed\/page/.test(end), 'managed: and passes', end);
  ok(browser.errors.length === 0, 'managed: no error in the console', browser.errors);
  await browser.close();
}

async function captcha() {
  const browser = await open();
  const { page } = browser;

  await browser.go(urls.captcha + '/page');
  let body = await until(page, /I am 1x00/);
  ok(/One more step[\s\S]*I am 1x00/.test(body), 'a CAPTCHA in place of questions', body);
  await look(browser, 'captcha');
  await page.evaluate(() => document.querySelector('[data-puzzle] button').click());
  body = await until(page, /^origin/);
  ok(/^origin GET \/page/.test(body), 'a CAPTCHA: passes', body);
  ok(browser.errors.length === 0, 'a CAPTCHA: no error in the console', browser.errors);
  await browser.close();
}

async function without() {
  let browser = await open({ cookies: false });
  await browser.go(urls.http + '/js/page');
  ok(/Cookies are switched off/.test(await until(browser.page, /Cookies are/)), 'cookies off: told so', await text(browser.page));
  await sleep(1000);
  ok(browser.documents.length === 1, 'cookies off: no loop', browser.documents);
  await look(browser, 'cookies');
  await browser.close();

  browser = await open({ script: false });
  await browser.go(urls.http + '/js/page');
  const body = engine === 'chromium' ? await browser.page.locator('body').innerText()
    : await browser.page.content();
  ok(/JavaScript is switched off/.test(body), 'JavaScript off: told so', body);
  if (shots) await browser.page.screenshot({ path: path.join(shots, engine + '-noscript.png'), fullPage: true });
  await browser.close();
}

// looks at a page: a picture, and axe-core finds nothing

async function look(browser, name) {
  const { page } = browser;

  if (shots) await page.screenshot({ path: path.join(shots, engine + '-' + name + '.png'), fullPage: true });

  await page.evaluate(load('axe-core').source + ';0');
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }).then(r =>
    r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' '))));
  ok(found.length === 0, 'axe-core: ' + name, found);
}

// a page that stays as it is, in each state that it may have

async function pages() {
  for (const language of ['en-GB', 'zh-CN']) {
    const browser = await open({ language });
    const { page } = browser;

    await page.route('**/.well-known/eo-challenge*', () => {});
    await browser.go(urls.http + '/endless/page');
    const expected = language === 'zh-CN' ? /仍在处理/ : /still at it/;
    const body = await until(page, expected);
    ok(expected.test(body), 'in the language of the visitor: ' + language, body);

    for (const state of ['slow', 'stopped', 'lost', 'cookies', 'puzzle', 'captcha'])
      for (const colorScheme of ['light', 'dark'])
        for (const width of [320, 1100]) {
          const name = [state, language, colorScheme, width].join('-');

          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 800 });
          await page.evaluate(state => {
            for (const e of document.querySelectorAll('[data-on]'))
              e.hidden = !e.getAttribute('data-on').split(' ').includes(state);
          }, state);
          await look(browser, name);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          ok(wide <= width, 'no wider than the screen: ' + name, wide);
        }
    await browser.close();
  }
}

(async () => {
  await passes();
  await person();
  await captcha();
  if (engine === 'chromium') await addresses();
  await without();
  if (engine === 'chromium') await pages();
  process.exit(failed ? 1 : 0);
})().catch(e => { console.log('not ok - ' + engine + ': ' + e.stack.replace(/\n/g, '\n# ')); process.exit(1); });
