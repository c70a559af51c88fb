// An app as a customer writes one: the face comes when it is asked for.
import { recordTyping } from '@tacit-auth/capture';

recordTyping(document.querySelector('input'), { mode: 'secret', field: 'password' }).start();
document.querySelector('button').onclick = async () => {
  const { captureFace } = await import('@tacit-auth/capture/face');
  window.guidance = [];
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.tasks.push([startTime, duration]);
  }).observe({ type: 'longtask' });
  const started = performance.now();
  const { result } = captureFace({
    container: document.querySelector('#camera'),
    frameUrl: '/tacit-face/frame.html',
    actions: [{ kind: 'blink', times: 1 }],
    onConsent: () => true,
    onGuidance: ({ step }) => window.guidance.push([step, performance.now()]),
    maxTries: 3,
    tryMs: 60_000,
  });
  window.outcome = { result: await result, started };
};
