// Observable Plot, as far as pictures are drawn with it, and the document that it draws into outside of browsers. The build puts all
// of it into this one file (build/bundle-libraries.mjs): whoever installs the package gets no forty packages of d3 with it.
export {
  areaY,
  axisX,
  axisY,
  dot,
  gridX,
  gridY,
  line,
  plot,
  rect,
  ruleX,
  ruleY,
  text,
} from '@observablehq/plot';
export { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';
