// Panels stay inside the window and on the side with room.
import { expect, test } from 'vitest';
import { placeBeside } from './use-floating';

const view = { width: 400, height: 800 };
const panel = { width: 200, height: 300 };

test('opens on the wished side', () => {
  expect(placeBeside({ left: 100, top: 100, width: 40, height: 40 }, panel, view, 'bottom', 'start')).toMatchObject({
    left: 100,
    top: 150,
  });
});
test('turns to the other side where there is more room', () => {
  expect(placeBeside({ left: 100, top: 700, width: 40, height: 40 }, panel, view, 'bottom', 'start').top).toBe(390);
});
test('is pushed in from the edges', () => {
  expect(placeBeside({ left: 380, top: 100, width: 20, height: 40 }, panel, view, 'bottom', 'center').left).toBe(190);
});
