// Reads Parley:Media.
using System.Net;
using System.Net.Sockets;

namespace Parley.Server.Composition.Configuration;

internal static class MediaSettings
{
    public const string EnabledKey = "Parley:Media:Enabled";
    public const string PortKey = "Parley:Media:Port";
    public const string BindKey = "Parley:Media:BindAddresses";

    private const string AdvertisedKey = "Parley:Media:AdvertisedAddresses";
    private const int MaxWorkers = 256;
    private const int MaxPeers = 100_000;

    public static MediaOptions Read(SettingReader reader)
    {
        var workers = reader.Number("Parley:Media:Workers", 0, 0, MaxWorkers);
        var options = new MediaOptions
        {
            Enabled = reader.Flag(EnabledKey, true),
            Port = reader.Number(PortKey, 7882, 0, 65_535),
            PortIsChosen = reader.Text(PortKey) is not null,
            Tcp = reader.Flag("Parley:Media:Tcp", true),
            BindAddresses = Addresses(reader, BindKey),
            AdvertisedAddresses = Addresses(reader, AdvertisedKey),
            Workers = workers > 0 ? workers : Math.Min(Environment.ProcessorCount, MaxWorkers),
            SpreadAbove = reader.Number("Parley:Media:SpreadAbove", 200, 1, MaxPeers),
            MaxPublishers = reader.Number("Parley:Media:MaxPublishers", 100, 1, MaxPeers),
            MaxSubscribers = reader.Number("Parley:Media:MaxSubscribers", 5_000, 1, MaxPeers),
        };
        if (options is { Port: 0, BindAddresses.Count: > 1 })
            reader.Refuse(PortKey, $"0 takes any free port, which is another one on each of the {options.BindAddresses.Count} addresses of {BindKey}; give a number.");
        foreach (var address in options.AdvertisedAddresses)
        {
            if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
                reader.Refuse(AdvertisedKey, $"\"{address}\" stands for every address; give those that clients reach.");
            else if (IsLinkLocal(address))
                reader.Refuse(AdvertisedKey, $"\"{address}\" is link-local: other machines do not reach it.");
        }

        return options;
    }

    private static List<IPAddress> Addresses(SettingReader reader, string key)
    {
        var addresses = new List<IPAddress>();
        foreach (var text in reader.List(key))
        {
            if (IPAddress.TryParse(text, out var address))
                addresses.Add(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
            else
                reader.Refuse(key, $"\"{text}\" is not an IP address, such as 203.0.113.7; names are not looked up.");
        }

        return [.. addresses.Distinct()];
    }

    private static bool IsLinkLocal(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? address.IsIPv6LinkLocal
        : address.GetAddressBytes() is [169, 254, ..];
}
