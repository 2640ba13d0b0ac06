(function () {
'use strict';

/* SHA-256 of one block: plain HTTP has no SubtleCrypto.  The text is a seed of
   32 characters, "000", a digit, and a number in 8 hexadecimal digits. */
function engine(seed) {
  var K = [], H = [], hex = new Int32Array(65536), W = new Int32Array(64), n, i, p;

  function fraction(x) { return (x - Math.floor(x)) * 4294967296 | 0; }

  for (n = 2; K.length < 64; n++) {
    for (i = 2, p = 1; i * i <= n; i++) if (n % i === 0) { p = 0; break; }
    if (p) {
      if (H.length < 8) H.push(fraction(Math.sqrt(n)));
      K.push(fraction(Math.pow(n, 1 / 3)));
    }
  }
  K = new Int32Array(K);
  for (n = 0; n < 65536; n++)
    for (i = 12, p = 0; i >= 0; i -= 4) hex[n] = hex[n] << 8 | '0123456789abcdef'.charCodeAt(n >> i & 15);
  for (i = 0; i < 32; i++) W[i >> 2] = W[i >> 2] << 8 | seed.charCodeAt(i);
  W[11] = -2147483648;
  W[15] = 352;

  /* a number that makes the hash of a part begin with so many zero bits, or -1 */
  return function (part, bits, from, to) {
    var a, b, c, d, e, f, g, h, n, t, s, x, y;

    W[8] = 0x30303030 | part;
    for (n = from; n < to; n++) {
      W[9] = hex[n >>> 16];
      W[10] = hex[n & 65535];
      for (t = 16; t < 64; t++) {
        x = W[t - 15]; y = W[t - 2];
        W[t] = W[t - 16] + W[t - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
             + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) | 0;
      }
      a = H[0]; b = H[1]; c = H[2]; d = H[3]; e = H[4]; f = H[5]; g = H[6]; h = H[7];
      for (t = 0; t < 64; t++) {
        s = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[t] + W[t] | 0;
        x = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
        h = g; g = f; f = e; e = d + s | 0; d = c; c = b; b = a; a = s + x | 0;
      }
      if ((a + H[0]) >>> 32 - bits === 0) return n;
    }
    return -1;
  };
}

var root = document.getElementById('eo-challenge');
var data = JSON.parse(root.getAttribute('data-challenge'));
var tries = 0, slow, worker;

/* of elements with data-on those stay that name the state */
function show(state) {
  var list = root.querySelectorAll('[data-on]'), i;

  clearTimeout(slow);
  root.setAttribute('data-state', state);
  for (i = 0; i < list.length; i++)
    list[i].hidden = (' ' + list[i].getAttribute('data-on') + ' ').indexOf(' ' + state + ' ') < 0;
  if (data.frame && !/working|slow|puzzle|captcha/.test(state) && window.parent !== window)
    window.parent.postMessage({ eoChallenge: state }, location.origin);
}

function progress(done) {
  var bar = root.querySelector('progress');

  if (bar) { bar.max = 8; bar.value = done; }
}

function cookies() {
  try {
    document.cookie = 'eo_pass_test=1; path=/; max-age=30; SameSite=Lax';
    if (document.cookie.indexOf('eo_pass_test=1') < 0) return false;
    document.cookie = 'eo_pass_test=; path=/; max-age=0; SameSite=Lax';
    return true;
  } catch (e) {
    return false;
  }
}

/* passes that this tab got in the last minute: should something take the cookie away, they would never end */
function often() {
  var now = Date.now(), list = [], i, old;

  try {
    old = (sessionStorage.getItem('eo_passes') || '').split(',');
    for (i = 0; i < old.length; i++) if (now - old[i] >= 0 && now - old[i] < 60000) list.push(old[i]);
    list.push(now);
    sessionStorage.setItem('eo_passes', list.join(','));
  } catch (e) { /* no storage */ }
  return list.length > 3;
}

/* the request once more: a form is sent again out of this page */
function again() {
  var form, field, i;

  if (!data.form) { location.reload(); return; }

  form = document.createElement('form');
  form.setAttribute('method', 'post');
  form.setAttribute('accept-charset', 'utf-8');
  form.setAttribute('enctype', data.type);
  form.setAttribute('action', location.href.split('#')[0]);
  form.hidden = true;
  for (i = 0; i < data.form.length; i++) {
    field = document.createElement(data.form[i][1] === null ? 'input' : 'textarea');
    field.setAttribute('name', data.form[i][0]);
    if (data.form[i][1] === null) field.type = 'file'; else field.value = data.form[i][1];
    form.appendChild(field);
  }
  document.body.appendChild(form);
  HTMLFormElement.prototype.submit.call(form);
}

function passed() {
  if (data.frame) { show('passed'); return; }
  if (data.lost) { show('lost'); return; }
  if (often()) { show('stopped'); return; }
  show('passed');
  again();
}

function place() {
  var box = root.querySelector('[data-puzzle]');

  if (!box) { box = document.createElement('div'); root.appendChild(box); }
  return box;
}

/* questions one after another, each with buttons of its own */
function ask(puzzle, token) {
  var box = place(), digits = '';

  show('puzzle');

  (function next() {
    var field = document.createElement('fieldset'), legend = document.createElement('legend');
    var words = puzzle[digits.length][1];

    legend.textContent = puzzle[digits.length][0];
    field.appendChild(legend);
    words.forEach(function (word, i) {
      var button = document.createElement('button');

      button.type = 'button';
      button.textContent = word;
      button.onclick = function () {
        digits += i;
        if (digits.length < puzzle.length) { next(); return; }
        box.textContent = '';
        submit(token + '.' + digits);
      };
      field.appendChild(button);
    });
    box.textContent = '';
    box.appendChild(field);
    field.querySelector('button').focus();
  })();
}

/* the provider's script looks for a function by its name */
function captcha(provider, token) {
  var box = place(), script;

  window.eoCaptcha = function () {
    box.textContent = '';
    box.appendChild(document.createElement('div'));
    window[provider.name].render(box.firstChild, {
      sitekey: provider.key,
      callback: function (answer) { box.textContent = ''; submit(token + '.' + answer); },
      'error-callback': function () { show('stopped'); }
    });
  };
  show('captcha');
  if (window[provider.name]) { window.eoCaptcha(); return; }
  script = document.createElement('script');
  script.src = provider.script + '?onload=eoCaptcha&render=explicit';
  script.onerror = function () { show('stopped'); };
  document.head.appendChild(script);
}

function refused(answer) {
  if (++tries >= 3) { show('stopped'); return; }
  if (answer.token) { data.token = answer.token; data.difficulty = answer.difficulty; work(); return; }
  if (data.frame || data.lost) show('stopped'); else again();
}

function send(numbers) {
  var text = data.token + '.', i;

  for (i = 0; i < numbers.length; i++) text += ('0000000' + numbers[i].toString(16)).slice(-8);
  submit(text);
}

function submit(text) {
  var request = new XMLHttpRequest(), answer;

  request.open('GET', data.url + '?a=' + text);
  request.onload = function () {
    try { answer = JSON.parse(request.responseText); } catch (e) { answer = {}; }
    if (answer.passed) passed();
    else if (answer.puzzle) ask(answer.puzzle, answer.token);
    else if (answer.captcha) captcha(answer.captcha, answer.token);
    else refused(answer);
  };
  request.onerror = function () { show('stopped'); };
  request.send();
}

/* without workers: a while of work, a while for the page */
function here(seed, bits) {
  var find = engine(seed), numbers = [], from = 0;

  (function step() {
    var end = Date.now() + 40, n;

    while (Date.now() < end) {
      n = find(numbers.length, bits, from, from + 500);
      from += 500;
      if (n >= 0) { numbers.push(n); from = 0; progress(numbers.length); }
      if (numbers.length === 8) { send(numbers); return; }
    }
    setTimeout(step, 0);
  })();
}

function work() {
  var seed = data.token.slice(-32), bits = data.difficulty - 3, url;

  show('working');
  progress(0);
  slow = setTimeout(function () { show('slow'); }, 800);

  try {
    url = URL.createObjectURL(new Blob(['(' + function (engine) {
      onmessage = function (m) {
        var find = engine(m.data[0]), numbers = [];

        while (numbers.length < 8) {
          numbers.push(find(numbers.length, m.data[1], 0, 4294967295));
          postMessage(numbers);
        }
      };
    } + ')(' + engine + ')'], { type: 'text/javascript' }));
    worker = new Worker(url);
    worker.onmessage = function (m) {
      progress(m.data.length);
      if (m.data.length === 8) { worker.terminate(); URL.revokeObjectURL(url); send(m.data); }
    };
    worker.onerror = function (e) { e.preventDefault(); worker.terminate(); here(seed, bits); };
    worker.postMessage([seed, bits]);
  } catch (e) {
    here(seed, bits);
  }
}

function start() {
  if (data.passed) show('passed');
  else if (!cookies()) show('cookies');
  else if (!data.token || data.count >= 3) show('stopped');
  else work();
}

root.addEventListener('click', function (e) {
  var what = e.target.getAttribute('data-do');

  if (what === 'again') { tries = 0; data.count = 0; if (data.token) start(); else again(); }
  if (what === 'back') history.back();
});

/* a page that comes back out of the browser's memory has an old token */
window.addEventListener('pageshow', function (e) { if (e.persisted) location.reload(); });

start();
})();
