// A small panel of controls that hangs from a button.
import type { ReactNode } from 'react';
import { Floating, type TriggerElement } from './Floating';
import type { Align, Side } from './use-floating';

export interface PopoverProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  trigger: TriggerElement;
  label: string;
  side?: Side;
  align?: Align;
  children: ReactNode;
}

export function Popover({ side = 'bottom', align = 'end', ...rest }: PopoverProps) {
  return <Floating role="dialog" side={side} align={align} className="p-3" {...rest} />;
}
