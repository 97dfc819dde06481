// Entry of the web app.
import { createRoot } from 'react-dom/client';
import { StrictMode } from 'react';

createRoot(document.getElementById('root')!).render(<StrictMode>Parley</StrictMode>);
