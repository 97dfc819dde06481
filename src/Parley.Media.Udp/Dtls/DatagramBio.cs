// How OpenSSL reads and writes datagrams: a BIO of our own, because memory BIOs run datagrams together.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Media.Udp.Dtls;

internal static unsafe class DatagramBio
{
    // Lives as long as the process.
    private static readonly nint Method = CreateMethod();

    /// <summary>A BIO that reads from and writes to the session behind the handle. Owned by the SSL object it is given to.</summary>
    public static nint Create(nint session)
    {
        var bio = OpenSsl.BIO_new(Method);
        if (bio == 0)
            throw new InvalidOperationException($"OpenSSL: {OpenSsl.FirstError()}");
        OpenSsl.BIO_set_data(bio, session);
        OpenSsl.BIO_set_init(bio, 1);
        return bio;
    }

    private static nint CreateMethod()
    {
        var method = OpenSsl.BIO_meth_new(OpenSsl.BIO_get_new_index() | OpenSsl.BioSourceSink, "parley datagrams");
        _ = OpenSsl.BIO_meth_set_read(method, &Read);
        _ = OpenSsl.BIO_meth_set_write(method, &Write);
        _ = OpenSsl.BIO_meth_set_ctrl(method, &Control);
        return method;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint bio, byte* buffer, int length)
    {
        OpenSsl.BIO_clear_flags(bio, OpenSsl.BioRetryRead);
        var count = DtlsSession.Of(OpenSsl.BIO_get_data(bio)).TakeDatagram(new Span<byte>(buffer, length));
        if (count > 0)
            return count;
        OpenSsl.BIO_set_flags(bio, OpenSsl.BioRetryRead);
        return -1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint bio, byte* buffer, int length)
    {
        DtlsSession.Of(OpenSsl.BIO_get_data(bio)).PutDatagram(new ReadOnlySpan<byte>(buffer, length));
        return length;
    }

    // 0 to what is not known: 1 would claim kernel TLS, among others.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Control(nint bio, int command, nint argument, nint pointer) => command == OpenSsl.BioFlush ? 1 : 0;
}
