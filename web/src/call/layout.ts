// Where tiles go: pure mathematics, in CSS pixels.

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface GridOptions {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly gap: number;
  /** Narrowest and widest tile, width over height. */
  readonly minAspect?: number;
  readonly maxAspect?: number;
}

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly boxes: readonly Box[];
}

const emptyGrid: Grid = { rows: 0, columns: 0, tileWidth: 0, tileHeight: 0, boxes: [] };

/** The rows × columns whose tiles together cover the most area; a short last row is centred. */
export function layoutGrid(options: GridOptions): Grid {
  const { width, height, count, gap } = options;
  if (count <= 0 || width <= 0 || height <= 0) return emptyGrid;
  const minAspect = options.minAspect ?? 4 / 3;
  const maxAspect = options.maxAspect ?? 16 / 9;
  let best: { rows: number; columns: number; tileWidth: number; tileHeight: number } | null = null;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tile = fitTile((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows, minAspect, maxAspect);
    if (tile === null) continue;
    // equal areas go to the fuller grid: fewer empty places
    const better =
      best === null ||
      tile.width * tile.height > best.tileWidth * best.tileHeight * 1.0001 ||
      (tile.width * tile.height > best.tileWidth * best.tileHeight * 0.9999 && rows * columns < best.rows * best.columns);
    if (better) best = { rows, columns, tileWidth: tile.width, tileHeight: tile.height };
  }
  return best === null ? emptyGrid : { ...best, boxes: place(best, options) };
}

function fitTile(cellWidth: number, cellHeight: number, minAspect: number, maxAspect: number): { width: number; height: number } | null {
  if (cellWidth <= 0 || cellHeight <= 0) return null;
  const aspect = Math.min(maxAspect, Math.max(minAspect, cellWidth / cellHeight));
  const width = Math.min(cellWidth, cellHeight * aspect);
  return { width, height: width / aspect };
}

function place(grid: { rows: number; columns: number; tileWidth: number; tileHeight: number }, options: GridOptions): Box[] {
  const { width, height, count, gap } = options;
  const { rows, columns, tileWidth, tileHeight } = grid;
  const top = (height - rows * tileHeight - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (width - inRow * tileWidth - (inRow - 1) * gap) / 2;
    return {
      x: left + (index % columns) * (tileWidth + gap),
      y: top + row * (tileHeight + gap),
      width: tileWidth,
      height: tileHeight,
    };
  });
}

/** The most tiles on a page: 49 where there is room, fewer where a tile would be too small to know a face. */
export function tilesPerPage(width: number, height: number, minTileWidth = 120, minTileHeight = 90): number {
  const fit = Math.floor(width / minTileWidth) * Math.floor(height / minTileHeight);
  return Math.max(1, Math.min(49, fit));
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly index: number;
  readonly pages: number;
}

/** One page of tiles; an index past the end (people left) falls back to the last page. */
export function pageOf<T>(items: readonly T[], perPage: number, index: number): Page<T> {
  const size = Math.max(1, Math.floor(perPage));
  const pages = Math.max(1, Math.ceil(items.length / size));
  const at = Math.max(0, Math.min(pages - 1, index));
  return { items: items.slice(at * size, (at + 1) * size), index: at, pages };
}

export interface SpotlightOptions {
  readonly width: number;
  readonly height: number;
  /** Tiles beside the large one. */
  readonly others: number;
  readonly gap: number;
  /** Of a filmstrip tile; default 16/9. */
  readonly aspect?: number;
}

export interface Spotlight {
  readonly stage: Box;
  readonly film: readonly Box[];
  readonly side: 'right' | 'bottom' | 'none';
  /** How many of the others fit; the rest are on later pages of the strip. */
  readonly visible: number;
}

const stripShare = 0.2;
const stripMin = 96;
const stripMax = 240;

/** One large picture with a strip of the others: at the side of a wide container, below in a tall one. */
export function layoutSpotlight(options: SpotlightOptions): Spotlight {
  const { width, height, others } = options;
  if (others <= 0) return { stage: { x: 0, y: 0, width, height }, film: [], side: 'none', visible: 0 };
  return width >= height ? stripRight(options) : stripBottom(options);
}

function stripRight({ width, height, others, gap, aspect = 16 / 9 }: SpotlightOptions): Spotlight {
  const tileWidth = Math.min(stripMax, Math.max(stripMin, width * stripShare));
  const tileHeight = tileWidth / aspect;
  const visible = Math.max(1, Math.min(others, Math.floor((height + gap) / (tileHeight + gap))));
  const top = (height - visible * tileHeight - (visible - 1) * gap) / 2;
  const film = Array.from({ length: visible }, (_, index) => ({
    x: width - tileWidth,
    y: top + index * (tileHeight + gap),
    width: tileWidth,
    height: tileHeight,
  }));
  return { stage: { x: 0, y: 0, width: Math.max(0, width - tileWidth - gap), height }, film, side: 'right', visible };
}

function stripBottom({ width, height, others, gap, aspect = 16 / 9 }: SpotlightOptions): Spotlight {
  // a narrow strip holds three small tiles rather than one large one
  const third = (width - 2 * gap) / 3;
  const widest = others > 2 ? third : width;
  const tileWidth = Math.min(widest, aspect * Math.min(stripMax / aspect, Math.max(stripMin / aspect, height * stripShare)));
  const tileHeight = tileWidth / aspect;
  const visible = Math.max(1, Math.min(others, Math.floor((width + gap) / (tileWidth + gap))));
  const left = (width - visible * tileWidth - (visible - 1) * gap) / 2;
  const film = Array.from({ length: visible }, (_, index) => ({
    x: left + index * (tileWidth + gap),
    y: height - tileHeight,
    width: tileWidth,
    height: tileHeight,
  }));
  return { stage: { x: 0, y: 0, width, height: Math.max(0, height - tileHeight - gap) }, film, side: 'bottom', visible };
}
