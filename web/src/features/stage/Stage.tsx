// The stage: who is seen, how large, and where.
import { MonitorUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { layoutGrid, layoutSpotlight, pageOf, tilesPerPage, type Box } from '@/call';
import { useCall, useCallState } from '@/app/call-binding';
import { useRoomView } from '@/app/room-view-store';
import { useText } from '@/i18n';
import { useSize } from '@/ui/use-size';
import { AloneCard } from './AloneCard';
import { bringSpeakersForward, planStage } from './arrange';
import { Pager } from './Pager';
import { ScreenTile } from './ScreenTile';
import { SelfView } from './SelfView';
import { Tile } from './Tile';

const gap = 8;
/** What the pager takes below a grid, so that it covers no names. */
const pagerHeight = 52;

interface Placed {
  readonly id: string;
  readonly box: Box;
}

interface View {
  readonly tiles: readonly Placed[];
  readonly screen: Placed | null;
  readonly self: { readonly box: Box; readonly floating: boolean };
  readonly page: number;
  readonly pages: number;
  readonly pagerBottom: number;
}

export function Stage() {
  const t = useText();
  const call = useCall();
  const area = useRef<HTMLElement>(null);
  const { width, height } = useSize(area);
  const [page, setPage] = useState(0);
  const { layout, pinned } = useRoomView();
  const code = useCallState(call.room, (state) => state.room?.code ?? '');
  const me = useCallState(call.room, (state) => state.me);
  const others = useCallState(call.room, (state) => state.order.filter((id) => id !== state.me));
  const presenters = useCallState(call.room, (state) => state.order.filter((id) => id !== state.me && state.participants[id]?.screen));
  const activeSpeaker = useCallState(call.audio, (state) => state.activeSpeaker);
  const recentSpeakers = useCallState(call.audio, (state) => state.recentSpeakers);
  // Whoever knocks has the place of the card; the link is in the header meanwhile.
  const knocked = useCallState(call.room, (state) => state.waiting.length > 0);
  const sharing = useCallState(call.devices.store, (state) => state.screen.name === 'on');

  const plan = planStage({ others, presenters, pinned, layout, activeSpeaker, recentSpeakers });
  const view = arrangeView();
  useTileHeights(others, view.tiles);

  function arrangeView(): View {
    const whole: Box = { x: 0, y: 0, width, height };
    if (plan.kind === 'alone')
      return { tiles: [], screen: null, self: { box: aloneBox(width, height), floating: false }, page: 0, pages: 1, pagerBottom: 0 };
    if (plan.kind === 'grid') {
      const perPage = width < 600 ? tilesPerPage(width, height, 160, 100) : tilesPerPage(width, height, 120, 80);
      const shown = pageOf(bringSpeakersForward(plan.tiles, recentSpeakers, perPage), perPage, page);
      const gridHeight = shown.pages > 1 ? height - pagerHeight : height;
      const grid = layoutGrid({ width, height: gridHeight, count: shown.items.length, gap, minAspect: width < 600 ? 3 / 4 : 4 / 3 });
      const tiles = shown.items.map((id, index) => ({ id, box: grid.boxes[index] ?? whole }));
      return {
        tiles,
        screen: null,
        self: { box: cornerBox(width, height), floating: true },
        page: shown.index,
        pages: shown.pages,
        pagerBottom: 3,
      };
    }
    // The own tile closes the strip.
    const strip = layoutSpotlight({ width, height, others: plan.film.length + 1, gap });
    const places = Math.max(1, strip.visible - 1);
    const shown = pageOf(plan.film, places, page);
    const film = shown.items.map((id, index) => ({ id, box: strip.film[index] ?? whole }));
    const fits = strip.film.length > shown.items.length;
    const self = fits
      ? { box: strip.film[shown.items.length]!, floating: false }
      : { box: cornerBox(strip.stage.width, strip.stage.height), floating: true };
    const paging = { page: shown.index, pages: shown.pages, pagerBottom: height - strip.stage.height + 12 };
    return plan.kind === 'screen'
      ? { tiles: film, screen: { id: plan.presenter, box: strip.stage }, self, ...paging }
      : { tiles: [{ id: plan.main, box: strip.stage }, ...film], screen: null, self, ...paging };
  }

  return (
    <section ref={area} aria-label={t('room.stage')} className="relative min-h-0 min-w-0 flex-1">
      {width > 0 && (
        <>
          {view.screen && <ScreenTile id={view.screen.id} box={view.screen.box} />}
          {view.tiles.map(({ id, box }) => (
            <Tile key={id} id={id} box={box} small={box.width < 220} whole={plan.kind === 'spotlight' && plan.main === id} />
          ))}
          {me && <SelfView box={view.self.box} floating={view.self.floating} small={view.self.box.width < 260} />}
          {plan.kind === 'alone' && !knocked && <AloneCard code={code} />}
          <Pager page={view.page} pages={view.pages} bottom={view.pagerBottom} onPage={setPage} />
        </>
      )}
      {sharing && (
        <div className="absolute top-3 left-1/2 z-10 flex w-max max-w-[calc(100%-24px)] -translate-x-1/2 animate-rise items-center gap-3 rounded-xl border border-line bg-raised py-2 pr-2 pl-3.5 text-ink shadow-float">
          <MonitorUp size={18} className="shrink-0 text-emerald-text" aria-hidden="true" />
          <span className="min-w-0 truncate">{t('room.yourScreen')}</span>
        </div>
      )}
    </section>
  );
}

/** Alone, the own picture fills the stage, within reason. */
function aloneBox(width: number, height: number): Box {
  const aspect = width < 600 ? width / height : 16 / 9;
  const w = Math.min(width, height * aspect);
  const h = w / aspect;
  return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
}

function cornerBox(width: number, height: number): Box {
  const portrait = width < 600;
  const w = portrait ? 96 : Math.max(168, Math.min(240, width * 0.18));
  const h = portrait ? 128 : (w * 9) / 16;
  return { x: width - w - 12, y: height - h - 12, width: w, height: h };
}

/** What is shown small, or not at all, need not be sent large. */
function useTileHeights(others: readonly string[], tiles: readonly Placed[]): void {
  const call = useCall();
  const heights = new Map(tiles.map(({ id, box }) => [id, Math.round(box.height * devicePixelRatio)]));
  const key = others.map((id) => `${id}:${heights.get(id) ?? 0}`).join(' ');
  useEffect(() => {
    for (const part of key.split(' ').filter(Boolean)) {
      const [id, pixels] = part.split(':');
      call.setTileHeight(id!, Number(pixels));
    }
  }, [call, key]);
}
