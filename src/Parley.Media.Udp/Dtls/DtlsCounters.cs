// What went wrong with handshakes, in numbers.
namespace Parley.Media.Udp.Dtls;

/// <summary>Counts since the start.</summary>
/// <param name="Malformed">Datagrams dropped because they were no DTLS.</param>
/// <param name="Overflowed">Datagrams dropped because too many were waiting.</param>
/// <param name="Faults">Associations that a fault of ours has ended.</param>
public readonly record struct DtlsCounters(long Malformed, long Overflowed, long Faults);
