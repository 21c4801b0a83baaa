// Charts. Their colours come from the style sheet: they are drawn again when it changes between light, dark and print.
const charts = [];
const colour = name =>
  getComputedStyle(document.documentElement)
    .getPropertyValue('--' + name)
    .trim();
const groupNames = [...new Set(report.planes.map(line => line.group))].sort();
const colourOf = i => 'c' + Math.min(i, 6);

function chart(caption, x, y, series, data, options) {
  const place = h('div', { class: 'chart', role: 'img', 'aria-label': caption });
  charts.push({ place, x, y, series, data, options: options || {} });
  return h('figure', null, place, h('figcaption', null, caption));
}

function draw(item) {
  if (item.drawn) item.drawn.destroy();
  const axis = label => ({
    label,
    labelSize: 22,
    labelFont: '12px system-ui, sans-serif',
    font: '12px system-ui, sans-serif',
    stroke: colour('soft'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
  });
  const width = item.place.clientWidth;
  item.drawn = new uPlot(
    {
      width,
      height: item.options.height || Math.max(210, Math.min(300, Math.round(width * 0.62))),
      scales: { x: { time: false, ...item.options.x }, y: { ...item.options.y } },
      axes: [
        { ...axis(item.x), size: 34, space: 38 },
        { ...axis(item.y), size: 54 },
      ].map(one => ({
        ...one,
        values: (plot, values) =>
          values.map(value => (value === null ? '' : value.toLocaleString('en', { maximumFractionDigits: 6 }).replace('-', '−'))),
      })),
      cursor: { drag: { x: true, y: false } },
      legend: { markers: { fill: (plot, i) => colour(item.series[i - 1].colour) } },
      series: [
        { label: item.options.name || item.x, value: (plot, value) => count(value), ...item.options.first },
        ...item.series.map(one => ({
          label: one.label,
          stroke: colour(one.colour),
          width: one.dots ? 0 : 2,
          dash: one.dash,
          spanGaps: true,
          paths: one.dots ? () => null : undefined,
          points: {
            show: !!one.dots || !!one.marks,
            size: one.dots ? 8 : 6,
            fill: colour(one.colour),
            stroke: colour(one.colour),
          },
          value: (plot, value) =>
            value === null || value === undefined ? none : one.value ? one.value(value) : String(value).replace('-', '−'),
        })),
      ],
    },
    item.data,
    item.place,
  );
}
const drawAll = () =>
  charts.forEach(item => {
    if (item.place.clientWidth > 0) draw(item);
  });

function numbers(summary, ...content) {
  return h('details', null, h('summary', null, summary), content);
}
