// What one person has open and how they look at the room: nothing that others see.
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

export type Panel = 'chat' | 'people' | 'files';
export type StageLayout = 'grid' | 'spotlight';
export type RoomDialog = 'statistics' | 'settings' | 'shortcuts';

export interface RoomView {
  readonly panel: Panel | null;
  readonly layout: StageLayout;
  /** A participant put on the stage by hand. */
  readonly pinned: string | null;
  readonly dialog: RoomDialog | null;
  /** To whom the next chat message goes; null is everybody. */
  readonly chatTo: string | null;
  /** To whom the next file goes; null is everybody. */
  readonly fileTo: string | null;
  /** Rises when the person asks for the place to write where the conversation is open already. */
  readonly writeTurn: number;
}

const fresh: RoomView = { panel: null, layout: 'grid', pinned: null, dialog: null, chatTo: null, fileTo: null, writeTurn: 0 };

export const roomViewStore = createStore<RoomView>(() => fresh);
export const useRoomView = () => useStore(roomViewStore);
export const changeRoomView = (change: Partial<RoomView>) => roomViewStore.setState(change);
export const togglePanel = (panel: Panel) => changeRoomView({ panel: roomViewStore.getState().panel === panel ? null : panel });
export const askToWrite = () => roomViewStore.setState(({ writeTurn }) => ({ writeTurn: writeTurn + 1 }));
export const resetRoomView = () => roomViewStore.setState(fresh, true);
