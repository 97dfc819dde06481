// Writes descriptions, lines in the order that RFC 8866 §5 asks for and RFC 9429 §5.2 shows.
using System.Globalization;
using System.Text;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp;

internal sealed class SessionWriter
{
    private readonly StringBuilder _text = new();

    public static string Write(SessionDescription session)
    {
        var writer = new SessionWriter();
        writer.Session(session);
        foreach (var section in session.Sections)
            writer.Section(section);
        return writer._text.ToString();
    }

    /// <summary>Writes a fragment (RFC 8840): the attributes that trickling needs, and no line but these and <c>m=</c>.</summary>
    public static string WriteFragment(IceFragment fragment)
    {
        var writer = new SessionWriter();
        writer.Flag("ice-lite", fragment.IceLite);
        writer.Transport(TransportDescription.Empty with { IceOptions = fragment.IceOptions });
        writer.Groups([new MediaGroup("BUNDLE", fragment.Mids)]);
        if (!fragment.Mids.IsEmpty)
        {
            writer.Line($"m={fragment.Media} 9 UDP/TLS/RTP/SAVPF 0");
            writer.Line($"a=mid:{fragment.Mids[0]}");
        }

        writer.Transport(TransportDescription.Empty with { Ufrag = fragment.Ufrag, Password = fragment.Password });
        foreach (var candidate in fragment.Candidates)
            writer.Line($"a={candidate}");
        writer.Flag("end-of-candidates", fragment.EndOfCandidates);
        return writer._text.ToString();
    }

    private void Session(SessionDescription session)
    {
        var origin = session.Origin;
        Line("v=0");
        Line($"o={origin.UserName} {origin.SessionId} {origin.Version} IN {origin.Address.Family} {origin.Address.Address}");
        Line($"s={session.Name}");
        Connection(session.Connection);
        foreach (var limit in session.Bandwidths)
            Line($"b={limit.Type}:{limit.Value}");
        Line("t=0 0");
        Groups(session.Groups);
        Flag("ice-lite", session.IceLite);
        Flag("extmap-allow-mixed", session.MixedExtensions);
        Transport(session.Transport);
        foreach (var attribute in session.Others)
            Attribute(attribute);
    }

    private void Section(MediaDescription section)
    {
        Line($"m={section.Media} {section.Port} {section.Protocol} {string.Join(' ', section.Formats)}");
        Connection(section.Connection);
        foreach (var limit in section.Bandwidths)
            Line($"b={limit.Type}:{limit.Value}");
        Value("mid", section.Mid);
        Line($"a={section.Direction.ToAttribute()}");
        Flag("bundle-only", section.BundleOnly);
        Flag("rtcp-mux", section.RtcpMux);
        Flag("rtcp-mux-only", section.RtcpMuxOnly);
        Flag("rtcp-rsize", section.ReducedSizeRtcp);
        Transport(section.Transport);
        foreach (var candidate in section.Candidates)
            Line($"a={candidate}");
        Flag("end-of-candidates", section.EndOfCandidates);
        foreach (var payload in section.Payloads)
            Payload(payload, section.Media);
        Extensions(section);
        Sources(section);
        Encodings(section);
        foreach (var attribute in section.Others)
            Attribute(attribute);
    }

    private void Groups(IEnumerable<MediaGroup> groups)
    {
        foreach (var group in groups.Where(static group => !group.Mids.IsEmpty))
            Line($"a=group:{group.Semantics} {string.Join(' ', group.Mids)}");
    }

    private void Transport(TransportDescription transport)
    {
        Value("ice-ufrag", transport.Ufrag);
        Value("ice-pwd", transport.Password);
        if (!transport.IceOptions.IsEmpty)
            Line($"a=ice-options:{string.Join(' ', transport.IceOptions)}");
        foreach (var fingerprint in transport.Fingerprints)
            Line($"a=fingerprint:{fingerprint}");
        Value("setup", transport.Setup switch
        {
            DtlsSetup.ActivePassive => "actpass",
            DtlsSetup.Active => "active",
            DtlsSetup.Passive => "passive",
            DtlsSetup.HoldConnection => "holdconn",
            _ => null,
        });
        Value("tls-id", transport.TlsId);
    }

    private void Payload(CodecParameters payload, string media)
    {
        var channels = media == "audio" && payload.Channels > 1 ? $"/{payload.Channels.ToString(CultureInfo.InvariantCulture)}" : "";
        Line($"a=rtpmap:{payload.PayloadType} {payload.Name}/{payload.ClockRate}{channels}");
        foreach (var feedback in payload.Feedback)
            Line($"a=rtcp-fb:{payload.PayloadType} {feedback}");
        if (payload.Format is { } format)
            Line($"a=fmtp:{payload.PayloadType} {format}");
    }

    private void Extensions(MediaDescription section)
    {
        Flag("extmap-allow-mixed", section.MixedExtensions);
        foreach (var extension in section.Extensions)
        {
            var direction = extension.Direction == MediaDirection.SendReceive ? "" : "/" + extension.Direction.ToAttribute();
            Line($"a=extmap:{extension.Id}{direction} {extension.Uri}{(extension.Attributes is { } attributes ? " " + attributes : "")}");
        }
    }

    private void Sources(MediaDescription section)
    {
        foreach (var msid in section.Msids)
            Line($"a=msid:{Text(msid)}");
        foreach (var group in section.SourceGroups)
            Line($"a=ssrc-group:{group.Semantics} {string.Join(' ', group.Sources)}");
        foreach (var source in section.Sources)
        {
            if (source.Cname is { } cname)
                Line($"a=ssrc:{source.Ssrc} cname:{cname}");
            if (source.Msid is { } msid)
                Line($"a=ssrc:{source.Ssrc} msid:{Text(msid)}");
        }
    }

    private void Encodings(MediaDescription section)
    {
        foreach (var rid in section.Rids)
        {
            List<string> restrictions = [];
            if (!rid.PayloadTypes.IsEmpty)
                restrictions.Add($"pt={string.Join(',', rid.PayloadTypes)}");
            restrictions.AddRange(rid.Restrictions);
            Line($"a=rid:{rid.Id} {(rid.Sends ? "send" : "recv")}{(restrictions.Count > 0 ? " " + string.Join(';', restrictions) : "")}");
        }

        if (section.Simulcast is not { } simulcast || (simulcast.Send.IsEmpty && simulcast.Receive.IsEmpty))
            return;
        var send = simulcast.Send.IsEmpty ? "" : $" send {Text(simulcast.Send)}";
        var receive = simulcast.Receive.IsEmpty ? "" : $" recv {Text(simulcast.Receive)}";
        Line($"a=simulcast:{(send + receive)[1..]}");
    }

    private static string Text(StreamIdentification msid) => msid.TrackId is { } track ? $"{msid.StreamId} {track}" : msid.StreamId;

    private static string Text(IEnumerable<SimulcastStream> streams) =>
        string.Join(';', streams.Select(static stream => string.Join(',', stream.Alternatives.Select(static rid => rid.Paused ? "~" + rid.Rid : rid.Rid))));

    private void Connection(ConnectionAddress? address)
    {
        if (address is not null)
            Line($"c=IN {address.Family} {address.Address}");
    }

    private void Flag(string name, bool isSet)
    {
        if (isSet)
            Line($"a={name}");
    }

    private void Value(string name, string? value)
    {
        if (value is not null)
            Line($"a={name}:{value}");
    }

    private void Attribute(SdpAttribute attribute) => Line(attribute.Value is { } value ? $"a={attribute.Name}:{value}" : $"a={attribute.Name}");

    private void Line(FormattableString line) => Line(line.ToString(CultureInfo.InvariantCulture));

    private void Line(string line)
    {
        // A value with a line end in it would be a line of its own to the reader.
        if (line.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new InvalidOperationException("A value of a session description holds a line end or a NUL.");
        _text.Append(line).Append("\r\n");
    }
}
