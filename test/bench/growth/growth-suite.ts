import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
export async function growthSuite(options: BenchOptions): Promise<SuiteOutcome> { void options; return {records:[],text:'',failures:[]}; }
