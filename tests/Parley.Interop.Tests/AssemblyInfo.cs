// How the tests of this assembly run, and the browser that they share.
using Parley.Interop.Tests.Stage;

// Peers share two cores with the engine: one test at a time, so that a slow one is slow for its own reasons.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(BrowserPeers))]
