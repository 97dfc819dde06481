// Runs a scenario with a seed, and says the seed when it fails.
using System.Globalization;
using Xunit.Sdk;

namespace Parley.Media.Tests.Network;

internal static class NetworkSeed
{
    /// <summary>Runs with a seed; PARLEY_NETWORK_SEED takes its place, to repeat a failure or to look for others.</summary>
    public static void Run(int seed, Action<int> scenario)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("PARLEY_NETWORK_SEED"), CultureInfo.InvariantCulture, out var other))
            seed = other;
        try
        {
            scenario(seed);
        }
        catch (Exception failure)
        {
            throw new XunitException($"With network seed {seed}: {failure.Message}", failure);
        }
    }
}
