// Texts that run a script where they are taken for markup (after OWASP's list for filter evasion, and published mutations of sanitizers).
// Each would call `__ran`, which exists on no page of ours.

const RUN = "window.__ran=1";

/** No two are the same; none is longer than a name may be, and none has characters that names refuse. */
export const PAYLOADS: readonly string[] = [
  // Elements.
  `<script>${RUN}</script>`,
  `"><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `</style><script>${RUN}</script>`,
  `<ScRiPt/x>${RUN}</sCrIpT >`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<<script>${RUN}//<</script>`,
  `<script src=data:,${RUN}></script>`,
  `<iframe srcdoc="<script>parent.${RUN.slice(7)}</script>">`,
  `<iframe src="javascript:parent.window.__ran=1">`,
  `<object data="javascript:${RUN}">`,
  `<embed src="data:text/html,<script>${RUN}</script>">`,
  `<base href="javascript:${RUN}//">`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  // Handlers of events.
  `<img src=x onerror=${RUN}>`,
  `<img src="x\`>" onerror="${RUN}">`,
  `<body onload=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<details open ontoggle=${RUN}>x</details>`,
  `<video><source onerror=${RUN}></video>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<p style="animation:spin 1s" onanimationstart=${RUN}>x</p>`,
  // Out of an attribute.
  `" autofocus onfocus="${RUN}`,
  `' autofocus onfocus='${RUN}`,
  `x onmouseover=${RUN} y=`,
  // Addresses.
  `javascript:${RUN}`,
  `[read](javascript:${RUN})`,
  `[read](JaVaScRiPt&colon;${RUN})`,
  `<a href="java&#x09;script:${RUN}" autofocus>x</a>`,
  `![x](x"onerror="${RUN})`,
  // Drawings, formulas, and what changes its meaning when it is parsed again.
  `<svg onload=${RUN}>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<svg><style><img src=x onerror=${RUN}></style></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${RUN}&gt;">`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<template><script>${RUN}</script></template>`,
  // Data inside a script, templates, and characters that look like others.
  `</script><script>${RUN}</script>`,
  `\\u003c/script\\u003e\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`,
  `<!--<script>--><script>${RUN}</script>`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `＜script＞${RUN}＜/script＞`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
];
