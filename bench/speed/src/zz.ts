import { measureRatios } from './detector-ratios';
const t=performance.now();
for (const r of measureRatios()) console.log(r.own.name, r.own.medianUs.toFixed(1), r.own.spreadUs.toFixed(1), r.classical.medianUs.toFixed(0), r.classical.spreadUs.toFixed(0), r.times.toFixed(1));
console.log(performance.now()-t);
