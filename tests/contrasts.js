// Texts that are seen with less contrast to their ground than WCAG 2.2 AA demands.
const numbers = text => text.match(/[\d.]+/g).map(Number);
const over = ([r, g, b, a = 1], under) => [r, g, b].map((part, at) => part * a + under[at] * (1 - a));
const luminance = colour => {
  const [r, g, b] = colour.map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = element => {
  const under = element.parentElement ? ground(element.parentElement) : [255, 255, 255];
  return over(numbers(getComputedStyle(element).backgroundColor), under);
};
const faint = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.textContent.trim() || !element.checkVisibility()) continue;
  const style = getComputedStyle(element);
  const under = ground(element);
  const text = over(numbers(element.closest("svg") ? style.fill : style.color), under);
  const [low, high] = [luminance(text), luminance(under)].sort((one, other) => one - other);
  const contrast = (high + 0.05) / (low + 0.05);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (contrast < (large ? 3 : 4.5)) faint.add(`${node.textContent.trim()}: ${contrast.toFixed(2)}`);
}
return [...faint];
