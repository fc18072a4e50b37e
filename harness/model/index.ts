// Models of what compiling a function costs, fitted on a census and tried on what they have not seen.
export { BYTE_MODEL } from './cost-model.js';
export { modelReport, type ModelReport } from './model-report.js';
export { domainLine, modelReportText, priceText } from './model-text.js';
