/** A table's rows as cards: names and verdict on top, then each value below its heading. */
const cards = (which: string): string =>
  `${which} table,${which} tbody{display:block}${which} thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
${which} tr{display:flex;flex-wrap:wrap;gap:.15rem .8rem;padding:.4rem 0;border-bottom:1px solid var(--faint)}${which} tr::after{content:"";order:-1;flex-basis:100%}
${which} td{order:1;flex:1 1 8.2rem;border:0;padding:0;text-align:left;white-space:normal}${which} td::before{content:attr(data-heading);color:var(--soft);font-size:.92em}
${which} td.key,${which} td.standing{order:-2;flex:0 1 auto;font-weight:600}${which} td.standing{margin-left:auto}${which} .key::before,${which} .standing::before{content:none!important}
.first ${which} .i{display:inline}${which} table{font-size:.9rem}`;
const CARDS = cards('.cards');
const MANY_CARDS = cards('.cards.many');

/** The page's looks: light, dark and on paper. Colours keep 4.5 : 1 against what they stand on. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1b1f;--soft:#54545c;--faint:#dcdce2;--paper:#fff;--raised:#f5f5f8;--link:#0053a6;--ok:#17692b;--noisy:#8a4b00;--bad:#a3123a;
--shade:#0003;--s0:#0060a8;--s1:#b34700;--s2:#1e7a34;--s3:#8a2b8f;--s4:#7a6100;--s5:#a3123a}
@media (prefers-color-scheme:dark){:root{--ink:#ececf0;--soft:#b4b4bf;--faint:#3c3c45;--paper:#151518;--raised:#1f1f25;--link:#8cc4ff;--ok:#7ddc93;--noisy:#ffb768;--bad:#ff94ae;--shade:#fff4;
--s0:#6cb6ff;--s1:#ffa666;--s2:#74d68c;--s3:#dd9be2;--s4:#e0c35a;--s5:#ff8aa8}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:0}
header,main{max-width:80rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1rem}
h1{font-size:1.45rem;line-height:1.25;margin:0 0 .25rem}h2{font-size:1.1rem;margin:0}
header p{margin:0 0 .6rem;color:var(--soft);font-size:.9rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
nav{position:sticky;top:0;z-index:1;background:var(--paper);border-block:1px solid var(--faint)}
nav ul{display:flex;flex-wrap:wrap;gap:0 .85rem;list-style:none;margin:0 auto;padding:.1rem 1.25rem;max-width:80rem;font-size:.9rem}
nav a{display:block;padding:.3rem 0;white-space:nowrap;text-decoration:none}nav a:hover{text-decoration:underline}
.first{display:grid;gap:.4rem 2rem;padding:.8rem 0 1rem;grid-template-columns:minmax(0,1fr)}.notes>*{margin:.5rem 0}
@media (min-width:68rem){.first{grid-template-columns:minmax(0,1.3fr) minmax(0,1fr);grid-template-rows:auto 1fr}.first figure{grid-area:1/2/3/3}
.first.broad{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}.broad .said{grid-column:1/-1}.first.broad figure{grid-area:2/2}.first.broad .notes:empty+figure{grid-area:2/1}}
.verdict{border-left:.4rem solid;padding:.35rem .8rem;margin:0 0 .8rem;background:var(--raised)}
.verdict.ok{border-color:var(--ok)}.verdict.noisy{border-color:var(--noisy)}.verdict.insufficient-data{border-color:var(--bad)}.verdict p{margin:.1rem 0}
.faint{color:var(--soft);font-size:.88rem}
.v{font-weight:600}td .v{white-space:nowrap}.i{color:var(--soft)}.first th,.first td{padding-right:.7rem}.first .i{display:block;font-size:.92em}.v.ok,.v.same,.v.faster{color:var(--ok)}.v.noisy,.v.unsure{color:var(--noisy)}.v.insufficient-data,.v.slower{color:var(--bad)}
.v.ok::before{content:"\\2713\\a0"/""}.v.noisy::before{content:"\\223c\\a0"/""}.v.insufficient-data::before{content:"\\2717\\a0"/""}
.v.same::before{content:"=\\a0"/""}.v.unsure::before{content:"?\\a0"/""}.v.slower::before{content:"\\25b2\\a0"/""}.v.faster::before{content:"\\25bc\\a0"/""}
.wide{overflow-x:auto;background:linear-gradient(to right,var(--paper) 40%,#0000) left/2.5rem 100%,linear-gradient(to left,var(--paper) 40%,#0000) right/2.5rem 100%,linear-gradient(to right,var(--shade),#0000) left/.8rem 100%,linear-gradient(to left,var(--shade),#0000) right/.8rem 100%;background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}
table{border-collapse:collapse;font-size:.86rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;padding:.22rem .9rem .22rem 0;border-bottom:1px solid var(--faint);vertical-align:top}
th{color:var(--soft);font-weight:600}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.cards{container-type:inline-size}.cards .key{overflow-wrap:anywhere}.cards td>span{display:block}
@media screen{@container (max-width:34rem){${CARDS}}@container (max-width:56rem){${MANY_CARDS}}@container (min-width:74rem){.first .cards .i{display:inline}}}
summary{cursor:pointer}
.section{border-top:1px solid var(--faint);padding:.55rem 0}
.section>summary{display:grid;grid-template-columns:1.1rem minmax(0,1fr);gap:0 .3rem;align-items:baseline;list-style:none}
.section>summary::-webkit-details-marker{display:none}
.section>summary::before{content:"\\25b8"/"";color:var(--soft)}.section[open]>summary::before{content:"\\25be"/""}
.finding{grid-column:2;color:var(--soft);font-size:.9rem}
.inside{padding:.2rem 0 .8rem 1.4rem;scroll-margin-top:7rem}#prices{scroll-margin-top:10rem}
.folded{margin:.5rem 0}.folded>summary{color:var(--link);font-size:.92rem}.warnings>summary{color:var(--ink)}
.charts{display:grid;gap:1.2rem 2rem;grid-template-columns:minmax(0,1fr)}
@media (min-width:60rem){.charts{grid-template-columns:repeat(2,minmax(0,1fr))}}
figure{margin:.4rem 0;max-width:35rem}svg.chart{display:block;width:100%;height:auto;font-family:inherit}svg text{fill:var(--ink)}
figcaption{font-size:.84rem;color:var(--soft)}figcaption b{color:var(--ink)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;padding:0;margin:.1rem 0 .3rem;font-size:.88rem}.legend svg{width:18px;height:14px;vertical-align:-2px}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1rem}dt{font-weight:600}dd{margin:0}
code{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}
li,p,dd,td{overflow-wrap:break-word}
@media (max-width:30rem){.inside{padding-left:0}dl{grid-template-columns:minmax(0,1fr)}dd{margin-bottom:.4rem}body{font-size:15px}
figure{margin-inline:-1.25rem}.wide table{width:max-content}.wide td{max-width:17rem}figcaption,.legend{padding-inline:1.25rem}
nav ul{flex-wrap:nowrap;overflow-x:auto;background:linear-gradient(to left,var(--paper) 40%,#0000) right/3rem 100%,linear-gradient(to left,var(--shade),#0000) right/1rem 100%;background-repeat:no-repeat;background-attachment:local,scroll}}
@media print{:root{--ink:#000;--soft:#333;--faint:#bbb;--paper:#fff;--raised:#fff;--link:#000;--ok:#17692b;--noisy:#8a4b00;--bad:#a3123a;--s0:#0060a8;--s1:#b34700;--s2:#1e7a34;--s3:#8a2b8f;--s4:#7a6100;--s5:#a3123a}
@page{size:A4;margin:10mm 14mm}html{font-size:8.5pt}body{font-size:1rem;line-height:1.35}nav{display:none}header,main{padding:0;max-width:none}
.section::details-content{content-visibility:visible;block-size:auto}.section>summary::before,.section[open]>summary::before{content:none}.section>summary{grid-template-columns:minmax(0,1fr)}.finding{grid-column:1}
.inside{padding-left:0}.folded:not(.printed){display:none}.printed::details-content{content-visibility:visible;block-size:auto}.printed>summary{list-style:none}.glimpse{display:none}.first,.first.broad{grid-template-columns:repeat(2,minmax(0,1fr));grid-template-rows:auto 1fr;gap:.2rem 1.2rem}.said{grid-column:1/-1}.first figure,.first.broad figure{grid-area:2/2}.charts{display:block}.charts>figure{display:inline-block;width:calc(50% - 1.2rem);vertical-align:top;margin-right:1rem}.charts>figure .chart{width:84%}dl{display:block;columns:2}dt{break-after:avoid}dd{margin:0 0 .25rem}.legend svg{print-color-adjust:exact}
figure,tr,li,p,dd,.cards,.wide:not(:has(tbody>tr:nth-child(12))){break-inside:avoid}tbody>tr:nth-child(-n+2){break-before:avoid}h2,summary,.inside>p{break-after:avoid}p,ul{margin:.35rem 0}.section{padding:.3rem 0}table{font-size:8pt}th,td{padding:.1rem .6rem .1rem 0}.wide{overflow:visible;background:none}.number{white-space:normal}}
`;
