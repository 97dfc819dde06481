// A drop-down of actions and choices.
import * as Radix from '@radix-ui/react-dropdown-menu';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';

const row =
  'flex min-h-10 cursor-pointer items-center gap-3 rounded-lg px-2.5 py-2 text-base outline-none select-none data-[disabled]:cursor-default data-[disabled]:opacity-50 data-[highlighted]:bg-[color-mix(in_srgb,var(--ink)_9%,transparent)]';

export interface MenuProps {
  trigger: ReactNode;
  label: string;
  side?: 'top' | 'bottom';
  align?: 'start' | 'center' | 'end';
  children: ReactNode;
}

export function Menu({ trigger, label, side = 'bottom', align = 'end', children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          side={side}
          align={align}
          sideOffset={10}
          collisionPadding={10}
          className="z-50 max-h-[min(560px,var(--radix-dropdown-menu-content-available-height))] max-w-[min(340px,calc(100vw-20px))] min-w-60 animate-rise overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 text-ink shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ItemProps {
  icon?: ReactNode;
  onSelect: () => void;
  tone?: 'plain' | 'danger';
  disabled?: boolean;
  hint?: string;
  children: ReactNode;
}

export function MenuItem({ icon, onSelect, tone = 'plain', disabled, hint, children }: ItemProps) {
  return (
    <Radix.Item className={cx(row, tone === 'danger' && 'text-red-text')} onSelect={onSelect} disabled={disabled ?? false}>
      {icon && <span className={cx('shrink-0', tone === 'plain' && 'text-soft')}>{icon}</span>}
      <span className="min-w-0 flex-1">{children}</span>
      {hint && <span className="text-xs text-soft">{hint}</span>}
    </Radix.Item>
  );
}

export function MenuCheck({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Radix.CheckboxItem className={row} checked={checked} onCheckedChange={onChange} onSelect={(event) => event.preventDefault()}>
      <span className="min-w-0 flex-1">{children}</span>
      <span className="grid size-5 place-items-center rounded-md border border-line-strong" aria-hidden="true">
        <Radix.ItemIndicator>
          <Check size={14} />
        </Radix.ItemIndicator>
      </span>
    </Radix.CheckboxItem>
  );
}

export interface MenuChoicesProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { readonly value: T; readonly label: string }[];
}

export function MenuChoices<T extends string>({ label, value, onChange, options }: MenuChoicesProps<T>) {
  return (
    <Radix.Group>
      <MenuLabel>{label}</MenuLabel>
      <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
        {options.map((option) => (
          <Radix.RadioItem key={option.value} value={option.value} className={row}>
            <span className="grid w-5 shrink-0 place-items-center text-cobalt-text">
              <Radix.ItemIndicator>
                <Check size={16} />
              </Radix.ItemIndicator>
            </span>
            <span className="min-w-0 flex-1 truncate">{option.label}</span>
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
    </Radix.Group>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-soft">{children}</Radix.Label>;
}

export function MenuSeparator() {
  return <Radix.Separator className="mx-2 my-1.5 h-px bg-line" />;
}
