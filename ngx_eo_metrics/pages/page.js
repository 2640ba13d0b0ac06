"use strict";

/*
 * Everything from the node goes into the page as text, never as HTML.
 */

(function () {

var data = null, timer = null, wait = 5000, paused = false;

var causes = {
  connect_refused: "refused the connection: nothing listens there",
  connect_timeout: "did not answer a connection in time",
  no_live_upstream: "none is alive: all have failed a moment ago",
  resolve_failed: "its name could not be resolved",
  resolve_none: "its name has no address",
  resolve_timeout: "the DNS server did not answer in time",
  response_timeout: "took the request, and did not answer in time",
  response_reset: "reset the connection instead of answering",
  response_closed: "closed the connection without an answer",
  response_invalid: "answered with what is no HTTP",
  response_stalled: "stopped in the middle of a response",
  response_truncated: "closed the connection in a response",
  tls_handshake_failed: "its TLS could not be agreed on",
  tls_handshake_timeout: "did not finish its TLS handshake in time",
  tls_certificate_expired: "its certificate has expired",
  tls_certificate_not_yet_valid: "its certificate is not valid yet",
  tls_verify_failed: "its certificate is not trusted"
};

function get(id) { return document.getElementById(id); }

function make(name, text, className) {
  var e = document.createElement(name);
  if (text !== undefined) { e.textContent = text; }
  if (className) { e.className = className; }
  return e;
}

function shape(name, attributes) {
  var e = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.keys(attributes).forEach(function (key) {
    e.setAttribute(key, attributes[key]);
  });
  return e;
}

function empty(e) {
  while (e.firstChild) { e.removeChild(e.firstChild); }
  return e;
}

function count(n) { return Number(n).toLocaleString("en"); }

function bytes(n) {
  var units = ["B", "KB", "MB", "GB", "TB", "PB"], i = 0;
  while (n >= 1000 && i < units.length - 1) { n /= 1000; i++; }
  return (i && n < 100 ? n.toFixed(1) : Math.round(n)) + " " + units[i];
}

function percent(part, all) {
  return all ? (100 * part / all).toFixed(1) + " %" : "-";
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleString("en-GB",
    { dateStyle: "short", timeStyle: "short" });
}

function sum(list) {
  return list.reduce(function (a, b) { return a + b; }, 0);
}

/* a column of the history, with what runs since its last minute */

function total(name) { return sum(data.history[name]) + data.running[name]; }

/* a number for each step of the range, 0 where there is none */

function steps(name) {
  var n = { hour: 120, day: 576, week: 168 }[data.range];
  var last = Math.floor(data.time / data.step) * data.step;
  var list = new Array(n).fill(0);

  data.history.time.forEach(function (time, i) {
    var place = n - (last - time) / data.step;
    if (place >= 0 && place < n && place === Math.floor(place)) {
      list[place] = data.history[name][i];
    }
  });

  return list;
}

/* bars on each other; bands are [series, colour, name] */

function chart(id, bands, show) {
  var place = empty(get(id));
  var lists = bands.map(function (band) { return steps(band[0]); });
  var n = lists[0].length, i, high = 1, at;

  for (i = 0; i < n; i++) {
    high = Math.max(high, sum(lists.map(function (l) { return l[i]; })));
  }

  var said = bands.map(function (band) {
    return band[2] + " " + show(total(band[0]));
  }).join(", ");

  var svg = shape("svg", { viewBox: "0 0 " + n + " 100", role: "img",
    preserveAspectRatio: "none", "aria-label": said + "; at most "
    + show(high) + " in " + data.step / 60 + " min" });

  for (i = 0; i < n; i++) {
    at = 100;
    bands.forEach(function (band, b) {
      var height = 98 * lists[b][i] / high;
      if (height > 0) {
        at -= height;
        svg.appendChild(shape("rect", { x: i, y: at, width: 0.9,
          height: height, "class": band[1] }));
      }
    });
  }

  svg.appendChild(shape("line", { x1: 0, x2: n, y1: 100, y2: 100,
    "class": "axis", "vector-effect": "non-scaling-stroke" }));

  place.appendChild(svg);

  var legend = make("ul", undefined, "legend");

  bands.forEach(function (band) {
    var item = make("li");
    item.appendChild(make("span", undefined, "key " + band[1]));
    item.appendChild(make("span", band[2] + " " + show(total(band[0]))));
    legend.appendChild(item);
  });

  legend.appendChild(make("li", "highest " + show(high) + " in "
    + data.step / 60 + " min"));
  place.appendChild(legend);
}

/* columns are [heading, whether it is a number] */

function table(id, columns, rows, none) {
  var place = empty(get(id));

  if (!rows.length) {
    place.appendChild(make("p", none, "none"));
    return;
  }

  var e = make("table"), head = make("thead"), body = make("tbody");
  var row = make("tr");

  columns.forEach(function (column) {
    var cell = make("th", column[0], column[1] ? "number" : "");
    cell.scope = "col";
    row.appendChild(cell);
  });

  head.appendChild(row);

  rows.forEach(function (values) {
    var line = make("tr");
    values.forEach(function (value, i) {
      line.appendChild(make("td", value, columns[i][1] ? "number" : ""));
    });
    body.appendChild(line);
  });

  e.appendChild(head);
  e.appendChild(body);
  place.appendChild(e);
}

function card(name, value, note) {
  var box = make("div", undefined, "card");
  box.appendChild(make("dt", name));
  box.appendChild(make("dd", value));
  box.appendChild(make("dd", note, "note"));
  get("cards").appendChild(box);
}

function cards() {
  var requests = total("requests");
  var hit = total("cache_hit");
  var cacheable = hit + total("cache_miss") + total("cache_dynamic");
  var first = total("first_bytes");

  empty(get("cards"));

  card("Requests", count(requests),
    "this minute " + count(data.running.requests));
  card("To clients", bytes(total("bytes_out")),
    "this minute " + bytes(data.running.bytes_out));
  card("From clients", bytes(total("bytes_in")), "header and body");
  card("Hit ratio", percent(hit, cacheable), count(hit) + " from the cache");
  card("Server errors", percent(total("status_5xx"), requests),
    count(total("status_5xx")) + " of status 5xx");
  card("Origin errors", count(total("origin_errors")),
    "of " + count(total("origin_requests")) + " origin requests");
  card("Denied", count(total("security_denied")),
    count(total("security_monitored")) + " monitored");
  card("First byte", first
    ? Math.round(total("first_byte_time_ms") / first) + " ms" : "-", "mean");
}

function words(cause) {
  return causes[cause] ? "the origin: " + causes[cause] : cause;
}

function falling(object, text) {
  return Object.keys(object).sort(function (a, b) {
    return object[b] - object[a];
  }).map(function (key) { return [text(key), count(object[key])]; });
}

function times() {
  var h = data.histograms;
  var rows = h.response.map(function (n, i) {
    var name = i < h.limits_ms.length ? "up to " + h.limits_ms[i] + " ms"
      : "longer";
    return [name, count(n), count(h.first_byte[i]), count(h.origin[i])];
  });

  table("times", [["Time"], ["Responses", 1], ["First bytes", 1],
    ["Origin", 1]], rows, "No request yet.");
}

function events() {
  var find = get("find").value.trim().toLowerCase();
  var rows = data.events.map(function (e) {
    return [clock(e.time), e.action, e.module, e.rule, e.client,
      e.method + " " + e.host + e.uri, String(e.status), e.id];
  }).filter(function (row) {
    return row.join(" ").toLowerCase().indexOf(find) >= 0;
  });

  table("events", [["Time"], ["Action"], ["Module"], ["Rule"], ["Client"],
    ["Request"], ["Status"], ["EO-LOG-UUID"]], rows,
    find ? "None of the last events." : "No event yet.");
}

function domains() {
  var choice = get("domain"), chosen = choice.value;
  var names = ["*"].concat(data.domains.map(function (d) { return d.name; }));

  if (names.indexOf(chosen) < 0) { names.push(chosen); }

  /* a list that somebody has open is left alone */

  if (document.activeElement !== choice) {
    empty(choice);
    names.forEach(function (name) {
      var option = make("option", name === "*" ? "all" : name);
      option.value = name;
      choice.appendChild(option);
    });
    choice.value = chosen;
  }

  table("domains", [["Domain"], ["Requests", 1], ["To clients", 1],
    ["Hits", 1], ["5xx", 1]], data.domains.map(function (d) {
      var t = d.totals;
      return [d.name, count(t.requests), bytes(t.bytes_out),
        percent(t.cache_hit, t.cache_hit + t.cache_miss + t.cache_dynamic),
        count(t.status_5xx)];
    }), "No domain yet.");
}

function draw() {
  get("title").textContent = "Metrics of " + data.node;
  get("since").textContent = clock(data.since);

  cards();

  chart("traffic", [["bytes_out", "blue", "to clients"]], bytes);
  chart("status", [["status_2xx", "green", "2xx"],
    ["status_3xx", "grey", "3xx"], ["status_4xx", "amber", "4xx"],
    ["status_5xx", "red", "5xx"]], count);
  chart("cache", [["cache_hit", "green", "hit"],
    ["cache_miss", "blue", "miss"], ["cache_dynamic", "grey", "dynamic"],
    ["cache_other", "amber", "other"]], count);

  times();

  table("origin", [["What happened"], ["Requests", 1]],
    falling(data.origin_errors, words), "None.");
  table("codes", [["Status"], ["Requests", 1]],
    falling(data.statuses, String), "No request yet.");
  table("rules", [["Rule"], ["Module"], ["Action"], ["Requests", 1]],
    data.rules.map(function (r) {
      return [r.rule, r.module, r.action, count(r.count)];
    }), "None.");

  domains();
  events();
}

function say(text) {
  if (get("state").textContent !== text) { get("state").textContent = text; }
}

function url() {
  return location.pathname + "?format=json&range="
    + encodeURIComponent(get("range").value)
    + "&domain=" + encodeURIComponent(get("domain").value);
}

function later() {
  clearTimeout(timer);
  timer = paused || document.hidden ? null : setTimeout(load, wait);
}

function load() {
  clearTimeout(timer);
  get("json").href = url();

  fetch(url(), { cache: "no-store" }).then(function (response) {
    if (!response.ok) { throw new Error("status " + response.status); }
    return response.json();
  }).then(function (json) {
    if (json.version !== 1) { throw new Error("another version"); }
    data = json;
    wait = 5000;
    draw();
    say(paused ? "Paused." : "Live, every five seconds.");
  }).catch(function (error) {
    wait = Math.min(wait * 2, 60000);
    say("The node did not give its numbers (" + error.message
      + "); next try in " + wait / 1000 + " s.");
  }).then(later);
}

get("bar").addEventListener("submit", function (e) { e.preventDefault(); });
get("range").addEventListener("change", load);
get("domain").addEventListener("change", load);
get("find").addEventListener("input", function () { if (data) { events(); } });

get("pause").addEventListener("click", function () {
  paused = !paused;
  get("pause").setAttribute("aria-pressed", String(paused));
  get("pause").textContent = paused ? "Go on" : "Pause";
  if (paused) { clearTimeout(timer); say("Paused."); } else { load(); }
});

document.addEventListener("visibilitychange", function () {
  if (!document.hidden && !paused) { load(); }
});

load();

})();
