// Reactions on the screen: each is shown for a few seconds and goes away by itself.
import type { StoreApi } from 'zustand/vanilla';
import type { Environment } from '../environment';
import type { RoomState } from './room-state';

const lastsMs = 4_000;
const mostShown = 60;

export class LiveReactions {
  readonly #store: StoreApi<RoomState>;
  readonly #environment: Environment;

  constructor(store: StoreApi<RoomState>, environment: Environment) {
    this.#store = store;
    this.#environment = environment;
  }

  show(from: string, emoji: string): void {
    const { clock, newId } = this.#environment;
    const reaction = { key: newId(), from, emoji, at: clock.now() };
    this.#store.setState(({ reactions }) => ({ reactions: [...reactions, reaction].slice(-mostShown) }));
    clock.setTimeout(() => {
      this.#store.setState(({ reactions }) => ({ reactions: reactions.filter(({ key }) => key !== reaction.key) }));
    }, lastsMs);
  }
}
