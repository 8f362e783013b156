// What is wrong with the pictures of a page, as they are seen.
const box = each => each.getBoundingClientRect();
const within = (inner, outer) => inner.left >= outer.left && inner.right <= outer.right
  && inner.top >= outer.top && inner.bottom <= outer.bottom;
const wrong = [];
for (const svg of document.querySelectorAll("svg")) {
  const texts = [...svg.querySelectorAll("text")];
  texts.forEach((text, at) => {
    if (!within(box(text), box(svg))) wrong.push(`cut off: ${text.textContent}`);
    const frame = text.parentElement.querySelector(":scope > rect");
    if (frame && !within(box(text), box(frame))) wrong.push(`out of its box: ${text.textContent}`);
    for (const other of texts.slice(at + 1)) {
      const [one, two] = [box(text), box(other)];
      if (one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom)
        wrong.push(`on each other: ${text.textContent}, ${other.textContent}`);
    }
  });
}
const boxes = new Map([...document.querySelectorAll("[data-is]")].map(each => [each.dataset.is, each.getBBox()]));
for (const line of document.querySelectorAll("path[data-from]")) {
  const [from, to] = [boxes.get(line.dataset.from), boxes.get(line.dataset.to)];
  const [start, end] = [line.getPointAtLength(0), line.getPointAtLength(line.getTotalLength())];
  const beside = (point, x, y) => Math.abs(point.x - x) < 0.1 && point.y > y.y && point.y < y.y + y.height;
  if (!beside(start, from.x + from.width, from) || !beside(end, to.x, to))
    wrong.push(`astray: ${line.dataset.from} to ${line.dataset.to}`);
}
return wrong;
