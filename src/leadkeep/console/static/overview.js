// Draws the chart of the overview with uPlot: bars for leads, a line for sessions, and conversion below.

const DAY = 86400;
const SECONDS = { hour: DAY / 24, day: DAY, week: 7 * DAY };

for (const table of document.querySelectorAll("[data-first-open]")) {
  table.open = false;
  delete table.dataset.firstOpen;
}

for (const figure of document.querySelectorAll("[data-chart]")) draw(figure, JSON.parse(figure.dataset.chart));

function draw(figure, data) {
  const tip = figure.querySelector("[data-tip]");
  const formats = formatsOf(data);
  const names = Object.fromEntries([...figure.querySelectorAll("[data-key]")].map((key) => [key.dataset.key, key.textContent]));
  let plots = [];
  const redraw = () => {
    for (const plot of plots) plot.destroy();
    tip.hidden = true;
    const colours = coloursOf(figure);
    plots = [...figure.querySelectorAll("[data-plot]")].map((place) => {
      const own = (place.dataset.plot === "numbers" ? numbers : conversion)(data, formats, colours);
      const options = optionsOf(data, formats, colours, own);
      options.hooks = { setCursor: [(plot) => show(tip, figure, plot, data, formats, names)] };
      return new uPlot({ ...options, width: place.clientWidth, height: place.clientHeight }, [data.at, ...own.data], place);
    });
  };
  redraw();
  let width = figure.clientWidth;
  new ResizeObserver(() => {
    if (figure.clientWidth === width) return;
    width = figure.clientWidth;
    for (const plot of plots) {
      const place = plot.root.parentElement;
      plot.setSize({ width: place.clientWidth, height: place.clientHeight });
    }
  }).observe(figure);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

function coloursOf(element) {
  const style = getComputedStyle(element);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    leads: token("accent"), sessions: token("text-soft"), conversion: token("good"), conversionSoft: token("good-soft"),
    grid: token("line"), text: token("text-soft"), font: `12px ${token("font")}`,
  };
}

// In the language and by the clocks of whoever looks, not those of their machine.
function formatsOf({ language, zone, step }) {
  const time = (options) => {
    const format = new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
    return (seconds) => format.format(new Date(seconds * 1000));
  };
  const day = time({ month: "short", day: "numeric" }), clock = time({ hour: "numeric", minute: "2-digit" });
  const hourOf = (seconds) => new Intl.DateTimeFormat("en", { timeZone: zone, hour: "numeric", hourCycle: "h23" }).format(new Date(seconds * 1000));
  const number = new Intl.NumberFormat(language);
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  return {
    // Midnight is called by the day that begins.
    hour: (seconds) => (Number(hourOf(seconds)) ? clock : day)(seconds),
    day,
    whole: time(step === "hour"
      ? { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }
      : { weekday: step === "day" ? "short" : undefined, year: "numeric", month: "short", day: "numeric" }),
    number: (value) => number.format(value),
    share: (value) => (value === null ? "–" : share.format(value)),
  };
}

function optionsOf({ at, zone, step }, formats, colours, own) {
  const half = SECONDS[step] / 2;
  const axis = { stroke: colours.text, font: colours.font, grid: { stroke: colours.grid, width: 1 }, ticks: { show: false } };
  const time = {
    ...axis, grid: { show: false }, space: 64, gap: 6, size: 30, show: own.showsTime,
    incrs: step === "hour" ? [1, 2, 3, 6, 12, 24].map((hours) => hours * 3600) : [1, 2, 7, 14, 28, 91].map((days) => days * DAY),
    splits: (plot, index, from, to, increment) => marks(at, step, increment),
    values: (plot, splits, index, space, increment) => splits.map(increment < DAY ? formats.hour : formats.day),
  };
  return {
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
    legend: { show: false },
    padding: [8, 24, own.showsTime ? 0 : 8, 0],
    scales: {
      x: { time: true, range: () => [at[0] - half, at[at.length - 1] + half] },
      y: { range: () => [0, own.top] },
    },
    cursor: { y: false, sync: { key: "overview" }, drag: { x: false, y: false }, points: { size: 6 } },
    axes: [time, { ...axis, size: 48, ...own.axis }],
    series: [{}, ...own.series],
  };
}

// Marks stand where hours, days and weeks begin, which daylight saving time moves.
function marks(at, step, increment) {
  const every = Math.max(1, Math.round(increment / SECONDS[step]));
  const first = step === "hour" ? 0 : (at.length - 1) % every;
  return at.filter((_, index) => index >= first && (index - first) % every === 0);
}

// Round numbers from 0 on, the last of which nothing is above; about so many of them.
function linesUpTo(most, count) {
  const power = 10 ** Math.floor(Math.log10(most / count));
  const step = power * [1, 2, 5, 10].find((one) => one * power * count >= most * (1 - 1e-9));
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, line) => line * step);
}

function numbers({ at, leads, sessions }, formats, colours) {
  const lines = linesUpTo(Math.max(4, ...leads, ...sessions), 4);
  return {
    data: [leads, sessions],
    showsTime: true,
    top: lines.at(-1),
    axis: { splits: () => lines, values: (plot, splits) => splits.map(formats.number) },
    series: [
      { stroke: colours.leads, fill: colours.leads, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 40], radius: 0.15 }) },
      { stroke: colours.sessions, width: 2, points: { show: at.length < 2, size: 6 } },
    ],
  };
}

function conversion({ conversion: shares }, formats, colours) {
  const known = shares.filter((share) => share !== null);
  const lines = linesUpTo(Math.max(0.01, ...known), 2);
  return {
    data: [shares],
    showsTime: false,
    top: lines.at(-1),
    axis: { splits: () => lines, values: (plot, splits) => splits.map(formats.share) },
    series: [
      { stroke: colours.conversion, fill: colours.conversionSoft, width: 2, points: { show: known.length < 2, size: 6 }, spanGaps: true },
    ],
  };
}

function show(tip, figure, plot, data, formats, names) {
  const index = plot.cursor.idx;
  if (index === null || index === undefined) {
    tip.hidden = true;
    return;
  }
  const lines = ["leads", "sessions"].map((key) => `${names[key]}  ${formats.number(data[key][index])}`);
  const title = document.createElement("strong");
  title.textContent = formats.whole(data.at[index]);
  tip.replaceChildren(title, [...lines, `${names.conversion}  ${formats.share(data.conversion[index])}`].join("\n"));
  tip.hidden = false;
  const left = plot.over.offsetLeft + plot.valToPos(data.at[index], "x");
  const beyond = left + 14 + tip.offsetWidth > figure.clientWidth;
  tip.style.transform = `translate(${Math.round(beyond ? Math.max(0, left - 14 - tip.offsetWidth) : left + 14)}px, 24px)`;
}
