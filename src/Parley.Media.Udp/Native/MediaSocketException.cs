// A socket that could not be made: a matter of configuration or of the system's limits, told with the system's own words.
using System.Runtime.InteropServices;

namespace Parley.Media.Udp.Native;

/// <summary>The system refused a socket.</summary>
public sealed class MediaSocketException : IOException
{
    internal MediaSocketException(string what, int error)
        : base($"{what}: {Marshal.GetPInvokeErrorMessage(error)}")
    {
        Error = error;
    }

    /// <summary>The system's error number (errno).</summary>
    public int Error { get; }
}
