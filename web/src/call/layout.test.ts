// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { layoutGrid, layoutSpotlight, pageOf, tilesPerPage, type Box } from './layout';

const inside = (box: Box, width: number, height: number) =>
  box.x >= -0.01 && box.y >= -0.01 && box.x + box.width <= width + 0.01 && box.y + box.height <= height + 0.01;
const apart = (a: Box, b: Box) =>
  a.x + a.width <= b.x + 0.01 || b.x + b.width <= a.x + 0.01 || a.y + a.height <= b.y + 0.01 || b.y + b.height <= a.y + 0.01;

describe('the grid', () => {
  it.each([
    [1440, 900],
    [1024, 768],
    [390, 844],
    [2560, 600],
  ])('of 1 to 49 tiles in %i×%i stays inside, does not overlap, and keeps the aspect', (width, height) => {
    for (let count = 1; count <= 49; count++) {
      const grid = layoutGrid({ width, height, count, gap: 8 });
      expect(grid.boxes).toHaveLength(count);
      expect(grid.rows * grid.columns).toBeGreaterThanOrEqual(count);
      expect((grid.rows - 1) * grid.columns).toBeLessThan(count);
      const aspect = grid.tileWidth / grid.tileHeight;
      expect(aspect).toBeGreaterThan(4 / 3 - 0.01);
      expect(aspect).toBeLessThan(16 / 9 + 0.01);
      grid.boxes.forEach((box, index) => {
        expect(inside(box, width, height)).toBe(true);
        expect(grid.boxes.slice(index + 1).every((other) => apart(box, other))).toBe(true);
      });
    }
  });

  it('uses the most area of all row counts', () => {
    for (const count of [2, 3, 5, 7, 12]) {
      const best = layoutGrid({ width: 1000, height: 700, count, gap: 8 });
      for (let columns = 1; columns <= count; columns++) {
        const rows = Math.ceil(count / columns);
        const cell = { width: (1000 - 8 * (columns - 1)) / columns, height: (700 - 8 * (rows - 1)) / rows };
        const aspect = Math.min(16 / 9, Math.max(4 / 3, cell.width / cell.height));
        const width = Math.min(cell.width, cell.height * aspect);
        expect(best.tileWidth * best.tileHeight).toBeGreaterThanOrEqual(((width * width) / aspect) * 0.999);
      }
    }
  });

  it('stacks two on a phone held upright and puts them side by side on a wide screen', () => {
    expect(layoutGrid({ width: 390, height: 700, count: 2, gap: 8 })).toMatchObject({ rows: 2, columns: 1 });
    expect(layoutGrid({ width: 1440, height: 700, count: 2, gap: 8 })).toMatchObject({ rows: 1, columns: 2 });
  });

  it('centres a short last row', () => {
    const { boxes } = layoutGrid({ width: 1000, height: 700, count: 3, gap: 8 });
    const last = boxes[2];
    expect((last?.x ?? 0) + (last?.width ?? 0) / 2).toBeCloseTo(500);
  });

  it('is empty without room or tiles', () => {
    expect(layoutGrid({ width: 0, height: 700, count: 3, gap: 8 }).boxes).toEqual([]);
    expect(layoutGrid({ width: 100, height: 100, count: 0, gap: 8 }).boxes).toEqual([]);
  });
});

describe('pages', () => {
  it('hold 49 on a large screen and fewer on a phone', () => {
    expect(tilesPerPage(1440, 900)).toBe(49);
    expect(tilesPerPage(390, 700)).toBeLessThan(25);
    expect(tilesPerPage(50, 50)).toBe(1);
  });

  it('fall back to the last one when people leave', () => {
    const items = Array.from({ length: 10 }, (_, index) => index);
    expect(pageOf(items, 4, 2)).toEqual({ items: [8, 9], index: 2, pages: 3 });
    expect(pageOf(items.slice(0, 4), 4, 2)).toEqual({ items: [0, 1, 2, 3], index: 0, pages: 1 });
    expect(pageOf([], 4, 0)).toEqual({ items: [], index: 0, pages: 1 });
  });
});

describe('the spotlight', () => {
  it.each([
    [1440, 900, 'right'],
    [390, 844, 'bottom'],
  ] as const)('in %i×%i has its strip at the %s', (width, height, side) => {
    const layout = layoutSpotlight({ width, height, others: 20, gap: 8 });
    expect(layout.side).toBe(side);
    expect(layout.film).toHaveLength(layout.visible);
    const boxes = [layout.stage, ...layout.film];
    boxes.forEach((box, index) => {
      expect(inside(box, width, height)).toBe(true);
      expect(boxes.slice(index + 1).every((other) => apart(box, other))).toBe(true);
    });
    expect(layout.stage.width * layout.stage.height).toBeGreaterThan(width * height * 0.6);
  });

  it.each([344, 374])('holds three in a strip of %i pixels', (width) => {
    expect(layoutSpotlight({ width, height: 500, others: 4, gap: 8 })).toMatchObject({ side: 'bottom', visible: 3 });
  });

  it('fills everything when there is nobody else', () => {
    expect(layoutSpotlight({ width: 800, height: 600, others: 0, gap: 8 })).toMatchObject({
      side: 'none',
      stage: { width: 800, height: 600 },
    });
  });
});
