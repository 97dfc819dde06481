// Every answer of WHIP and WHEP beside the ones with media, over raw HTTP.
using System.Globalization;
using Parley.Media.Ice;
using Parley.Media.Sdp;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Media;

public sealed class WhipStatusTests : IAsyncLifetime
{
    private static readonly OfferedSection[] Sends = [new("audio", "sendonly", 11), new("video", "sendonly", 12)];
    private static readonly OfferedSection[] Receives = [new("audio", "recvonly"), new("video", "recvonly")];
    private static readonly string Fragment = SdpText.Fragment(SdpText.AnyCredentials);
    private static readonly IceCredentials Fresh = new("fresh", "another-password-of-ours".Replace('-', '+'));

    private MediaStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await MediaStage.StartAsync(
        ("Parley:Ice:Servers:0:Urls:0", "stun:stun.example.org"),
        ("Parley:Ice:TurnUrls", "turn:turn.example.org?transport=udp"),
        ("Parley:Ice:TurnSecret", "a secret"),
        ("Parley:Http:AllowedOrigins", "https://app.example.org"));

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_session_is_answered_with_its_address_tag_and_ice_servers()
    {
        var answer = await _stage.PostAsync(_stage.Whip, SdpText.Offer(Sends));
        Assert.Equal((201, "application/sdp"), (answer.Status, answer.ContentType));
        Assert.Matches($"^/api/meetings/{_stage.Code}/whip/[0-9a-f-]{{36}}$", answer.Location);
        Assert.Matches("^\"[0-9a-f]+\"$", answer.EntityTag);
        Assert.Equal("application/trickle-ice-sdpfrag", Assert.Single(answer.Headers.GetValues("Accept-Patch")));
        var links = answer.Headers.GetValues("Link").ToList();
        Assert.Equal("<stun:stun.example.org>; rel=\"ice-server\"", links[0]);
        Assert.Matches("^<turn:turn\\.example\\.org\\?transport=udp>; rel=\"ice-server\"; username=\"[0-9]+:[0-9a-f-]+\"; credential=\"[^\"]+\"; credential-type=\"password\"$", links[1]);

        Assert.True(SessionDescription.TryParse(answer.Body, out var description, out _));
        Assert.True(description!.IceLite);
        Assert.Equal(_stage.Gateway.Server!.Port, description.Sections[0].Candidates[0].Port);
        Assert.All(description.Sections, static section => Assert.Equal(MediaDirection.ReceiveOnly, section.Direction));
    }

    [Fact]
    public async Task A_subscriber_has_an_address_of_its_own_and_what_it_asked_for()
    {
        var publisher = await _stage.NewPeer().OfferAsync(_stage.Whip, Sends);
        var answer = await _stage.PostAsync($"{_stage.Whep}?from={publisher.Id}", SdpText.Offer(Receives[0], new OfferedSection("audio", "recvonly")));
        Assert.Equal(201, answer.Status);
        Assert.StartsWith($"{_stage.Whep}/", answer.Location, StringComparison.Ordinal);
        Assert.True(SessionDescription.TryParse(answer.Body, out var description, out _));
        Assert.Equal([MediaDirection.SendOnly, MediaDirection.Inactive], description!.Sections.Select(static section => section.Direction));
        Assert.Equal(publisher.Id, description.Sections[0].Msids[0].StreamId);
    }

    [Theory]
    [InlineData("whip")]
    [InlineData("whep")]
    public async Task Without_a_token_or_a_meeting_there_is_nothing(string path)
    {
        var offer = SdpText.Offer(path == "whip" ? Sends : Receives);
        Assert.Equal((401, "unauthenticated"), await StatusAsync(_stage.SendAsync(HttpMethod.Post, $"/api/meetings/{_stage.Code}/{path}", offer, "application/sdp", null)));
        Assert.Equal((404, "meeting_not_found"), await StatusAsync(_stage.PostAsync($"/api/meetings/abc-defg-hij/{path}", offer)));
        Assert.Equal((404, "meeting_not_found"), await StatusAsync(_stage.PostAsync($"/api/meetings/what/{path}", offer)));
        Assert.Equal((405, "method_not_allowed"), await StatusAsync(_stage.SendAsync(HttpMethod.Get, $"/api/meetings/{_stage.Code}/{path}", null, null, _stage.Owner.Token)));
    }

    [Theory]
    [InlineData("application/json", 406)]
    [InlineData("application/sdp;q=0, */*", 406)]
    [InlineData("text/html, */*;q=0.1", 201)]
    [InlineData("application/*", 201)]
    public async Task The_answer_is_sdp_or_none(string accept, int status) => Assert.Equal(
        status,
        (await _stage.SendAsync(HttpMethod.Post, _stage.Whip, SdpText.Offer(Sends), "application/sdp", _stage.Owner.Token, ("Accept", accept))).Status);

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    public async Task An_offer_of_another_type_is_not_read(string? type) => Assert.Equal(
        (415, "unsupported_media_type"),
        await StatusAsync(_stage.SendAsync(HttpMethod.Post, _stage.Whip, SdpText.Offer(Sends), type, _stage.Owner.Token)));

    [Fact]
    public async Task An_offer_beyond_the_limit_is_too_large() => Assert.Equal(
        (413, "payload_too_large"), await StatusAsync(_stage.PostAsync(_stage.Whip, SdpText.Offer(Sends) + new string('a', 70_000))));

    [Theory]
    [InlineData("", "bad_sdp")]
    [InlineData("hello", "bad_sdp")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=\xFF\r\nt=0 0\r\n", "bad_sdp")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", "unacceptable_sdp")]
    public async Task What_is_no_offer_is_refused_with_a_reason(string body, string code)
    {
        var answer = await _stage.PostAsync(_stage.Whip, body);
        Assert.Equal((422, code), (answer.Status, answer.Code));
        Assert.NotEmpty(answer.Detail!);
    }

    [Theory]
    [InlineData("whip", "a=ice-ufrag:abcd\r\n", "", "ice-ufrag")]
    [InlineData("whip", "a=rtcp-mux\r\n", "", "rtcp-mux")]
    [InlineData("whip", "a=sendonly", "a=recvonly", "nothing|no audio or video to send")]
    [InlineData("whip", "opus", "speex", "codec")]
    [InlineData("whep", "a=sendonly", "a=sendonly", "to receive")]
    public async Task What_does_not_fit_is_refused_with_a_reason(string path, string what, string by, string detail)
    {
        await _stage.NewPeer().OfferAsync(_stage.Whip, Sends);
        var offer = SdpText.Offer(new OfferedSection("audio", "sendonly", 11)).Replace(what, by, StringComparison.Ordinal);
        var answer = await _stage.PostAsync($"/api/meetings/{_stage.Code}/{path}", offer);
        Assert.Equal((422, "unacceptable_sdp"), (answer.Status, answer.Code));
        Assert.Matches(detail, answer.Detail!);
        Assert.Equal(1, _stage.Gateway.Count(Server.Media.MediaSessionKind.Publisher) + _stage.Gateway.Count(Server.Media.MediaSessionKind.Subscriber));
    }

    [Fact]
    public async Task A_subscriber_without_the_publishers_codecs_is_told_so()
    {
        var publisher = await _stage.NewPeer().OfferAsync(_stage.Whip, new OfferedSection("video", "sendonly", 1));
        var answer = await _stage.PostAsync($"{_stage.Whep}?from={publisher.Id}", SdpText.Offer(new OfferedSection("video", "recvonly", Codec: "VP9")));
        Assert.Equal(422, answer.Status);
        Assert.Contains("codec", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_received_while_nobody_publishes()
    {
        var answer = await _stage.PostAsync(_stage.Whep, SdpText.Offer(Receives));
        Assert.Equal((409, "nobody_publishes"), (answer.Status, answer.Code));
        Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Equal((404, "publisher_not_found"), await StatusAsync(_stage.PostAsync($"{_stage.Whep}?from={Guid.NewGuid()}", SdpText.Offer(Receives))));
    }

    [Fact]
    public async Task A_data_meeting_takes_no_media()
    {
        var code = (await _stage.Owner.CreateMeetingAsync(new { lobby = false, kind = "data" })).GetProperty("code").GetString();
        Assert.Equal((422, "unacceptable_sdp"), await StatusAsync(_stage.PostAsync($"/api/meetings/{code}/whip", SdpText.Offer(Sends))));
    }

    [Fact]
    public async Task A_session_is_changed_and_ended_by_its_own_user_alone()
    {
        using var other = await ApiClient.GuestAsync(_stage.Server);
        var session = await _stage.NewPeer().OfferAsync(_stage.Whip, Sends);
        var (path, tag) = (session.Opened.Location, session.Opened.EntityTag);
        Assert.Equal((403, "forbidden"), await StatusAsync(_stage.PatchAsync(path, Fragment, tag, other.Token)));
        Assert.Equal((403, "forbidden"), await StatusAsync(_stage.DeleteAsync(path, other.Token)));
        Assert.Equal((401, "unauthenticated"), await StatusAsync(_stage.SendAsync(HttpMethod.Delete, path, null, null, null)));
        Assert.Equal((404, "session_not_found"), await StatusAsync(_stage.DeleteAsync(path.Replace("/whip/", "/whep/", StringComparison.Ordinal))));
        Assert.Equal(200, (await _stage.DeleteAsync(path)).Status);
        Assert.Equal((404, "session_not_found"), await StatusAsync(_stage.DeleteAsync(path)));
        Assert.Equal((404, "session_not_found"), await StatusAsync(_stage.PatchAsync(path, Fragment, tag)));
    }

    [Fact]
    public async Task A_session_belongs_to_the_sign_in_that_opened_it_not_to_others_of_its_user()
    {
        using var owner = await ApiClient.AccountAsync(_stage.Server, email: "ada@example.org");
        using var elsewhere = new ApiClient(_stage.Server);
        var login = await elsewhere.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "correct horse" });
        Assert.Equal(owner.UserId, login.Body.GetProperty("user").GetProperty("id").GetString());
        var opened = await _stage.PostAsync(_stage.Whip, SdpText.Offer(Sends), owner.Token);
        var other = login.Text("token");
        Assert.Equal((403, "forbidden"), await StatusAsync(_stage.PatchAsync(opened.Location, Fragment, "*", other)));
        Assert.Equal((403, "forbidden"), await StatusAsync(_stage.DeleteAsync(opened.Location, other)));

        await AssertOwnsAsync(opened, await RefreshAsync(owner));
    }

    [Fact]
    public async Task A_guests_session_is_theirs_after_a_refresh()
    {
        using var guest = await ApiClient.GuestAsync(_stage.Server);
        var opened = await _stage.PostAsync(_stage.Whip, SdpText.Offer(Sends), guest.Token);
        await AssertOwnsAsync(opened, await RefreshAsync(guest));
    }

    [Fact]
    public async Task Another_programs_user_owns_a_session_with_any_token_for_the_same_room()
    {
        const string secret = "0123456789abcdef0123456789abcdef";
        await using var stage = await MediaStage.StartAsync(("Parley:Auth:ApiKeys:studio", secret), ("Parley:Auth:ApiKeys:school", secret));
        string Sign(string issuer, string subject, string? room, string role) => ForeignToken.Sign(issuer, secret, subject, room, role);
        var opened = await stage.PostAsync(stage.Whip, SdpText.Offer(Sends), Sign("studio", "camera-1", stage.Code, "host"));
        Assert.Equal(201, opened.Status);
        foreach (var other in new[]
        {
            Sign("studio", "camera-1", null, "host"), Sign("studio", "camera-1", "abc-defg-hij", "host"),
            Sign("studio", "camera-2", stage.Code, "host"), Sign("school", "camera-1", stage.Code, "host"),
        })
            Assert.Equal((403, "forbidden"), await StatusAsync(stage.DeleteAsync(opened.Location, other)));
        Assert.Equal(200, (await stage.DeleteAsync(opened.Location, Sign("studio", "camera-1", stage.Code, "cohost"))).Status);
    }

    [Fact]
    public async Task A_change_needs_the_sessions_tag_and_a_fragment()
    {
        var session = await _stage.NewPeer().OfferAsync(_stage.Whip, Sends);
        var (path, tag) = (session.Opened.Location, session.Opened.EntityTag);
        var fragment = SdpText.Fragment(session.Local);
        Assert.Equal((428, "precondition_required"), await StatusAsync(_stage.PatchAsync(path, fragment, null)));
        Assert.Equal((412, "precondition_failed"), await StatusAsync(_stage.PatchAsync(path, fragment, "\"another\"")));
        Assert.Equal((412, "precondition_failed"), await StatusAsync(_stage.PatchAsync(path, fragment, $"W/{tag}")));
        Assert.Equal((412, "precondition_failed"), await StatusAsync(_stage.PatchAsync(path, fragment, "no tag")));
        Assert.Equal(204, (await _stage.PatchAsync(path, fragment, tag)).Status);
        Assert.Equal(204, (await _stage.PatchAsync(path, fragment, $"\"another\", {tag}")).Status);
        Assert.Equal((422, "bad_sdp"), await StatusAsync(_stage.PatchAsync(path, "hello", tag)));
        Assert.Equal((422, "unacceptable_sdp"), await StatusAsync(_stage.PatchAsync(path, SdpText.Fragment(session.Local with { Ufrag = "other" }), "*")));
        Assert.Equal(
            (415, "unsupported_media_type"),
            await StatusAsync(_stage.SendAsync(HttpMethod.Patch, path, fragment, "application/sdp", _stage.Owner.Token, ("If-Match", tag))));
    }

    [Fact]
    public async Task Each_restart_has_a_tag_of_its_own()
    {
        var session = await _stage.NewPeer().OfferAsync(_stage.Whip, Sends);
        var tags = new List<string> { session.Opened.EntityTag };
        for (var i = 0; i < 3; i++)
        {
            var answer = await _stage.PatchAsync(session.Opened.Location, SdpText.Fragment(new IceCredentials($"again{i}", $"a{i}bcdefghijklmnopqrstuvwx")), i == 1 ? tags[^1] : "*");
            Assert.Equal(200, answer.Status);
            tags.Add(answer.EntityTag);
        }

        Assert.Equal(4, tags.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Of_restarts_that_name_the_same_tag_one_is_in_time()
    {
        var session = await _stage.NewPeer().OfferAsync(_stage.Whip, Sends);
        var tag = session.Opened.EntityTag;
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => _stage.PatchAsync(
            session.Opened.Location, SdpText.Fragment(new IceCredentials($"race{i}", $"r{i}bcdefghijklmnopqrstuvwx")), tag)));
        Assert.Equal([200, 412, 412, 412], answers.Select(static answer => answer.Status).Order());
    }

    [Fact]
    public async Task Pages_of_allowed_origins_can_read_what_they_need()
    {
        const string origin = "https://app.example.org";
        var preflight = await _stage.SendAsync(
            HttpMethod.Options, _stage.Whip, null, null, null, ("Origin", origin), ("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "if-match"));
        Assert.Equal(204, preflight.Status);
        Assert.Contains("if-match", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);
        var answer = await _stage.SendAsync(HttpMethod.Post, _stage.Whip, SdpText.Offer(Sends), "application/sdp", _stage.Owner.Token, ("Origin", origin));
        var exposed = Assert.Single(answer.Headers.GetValues("Access-Control-Expose-Headers"));
        Assert.All(["location", "etag", "link"], name => Assert.Contains(name, exposed, StringComparison.Ordinal));
        Assert.Equal(origin, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));

        var options = await _stage.SendAsync(HttpMethod.Options, _stage.Whip, null, null, null);
        Assert.Equal((204, "application/sdp"), (options.Status, Assert.Single(options.Headers.GetValues("Accept-Post"))));
        options = await _stage.SendAsync(HttpMethod.Options, answer.Location, null, null, null);
        Assert.Equal((204, "application/trickle-ice-sdpfrag"), (options.Status, Assert.Single(options.Headers.GetValues("Accept-Patch"))));
    }

    [Fact]
    public async Task A_meeting_takes_as_many_as_may_publish_and_receive()
    {
        await using var small = await MediaStage.StartAsync(("Parley:Media:MaxPublishers", "1"), ("Parley:Media:MaxSubscribers", "1"));
        var first = await small.NewPeer().OfferAsync(small.Whip, Sends);
        var full = await small.PostAsync(small.Whip, SdpText.Offer(Sends));
        Assert.Equal((503, "media_full"), (full.Status, full.Code));
        Assert.NotNull(full.Headers.RetryAfter);
        Assert.Equal(201, (await small.PostAsync(small.Whep, SdpText.Offer(Receives))).Status);
        Assert.Equal((503, "media_full"), await StatusAsync(small.PostAsync(small.Whep, SdpText.Offer(Receives))));
        Assert.Equal(200, (await small.DeleteAsync(first.Opened.Location)).Status);
        Assert.Equal(201, (await small.PostAsync(small.Whip, SdpText.Offer(Sends))).Status);
    }

    [Fact]
    public async Task Without_a_media_server_there_is_no_media()
    {
        await using var stage = await MediaStage.StartAsync(("Parley:Media:Enabled", "false"));
        Assert.Equal((503, "media_off"), await StatusAsync(stage.PostAsync(stage.Whip, SdpText.Offer(Sends))));
        Assert.Equal((503, "media_off"), await StatusAsync(stage.PostAsync(stage.Whep, SdpText.Offer(Receives))));
    }

    [Fact]
    public async Task One_user_opens_so_many_sessions_a_minute()
    {
        await using var stage = await MediaStage.StartAsync(("Parley:RateLimiting:Enabled", "true"));
        using var other = await ApiClient.GuestAsync(stage.Server);
        for (var i = 0; i < 120; i++)
            Assert.Equal(415, (await stage.SendAsync(HttpMethod.Post, stage.Whip, string.Empty, "text/plain", stage.Owner.Token)).Status);
        var limited = await stage.PostAsync(stage.Whip, SdpText.Offer(Sends));
        Assert.Equal((429, "rate_limited"), (limited.Status, limited.Code));
        Assert.True(int.Parse(Assert.Single(limited.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture) is > 0 and <= 60);
        Assert.Equal(201, (await stage.PostAsync(stage.Whip, SdpText.Offer(Sends), other.Token)).Status);
    }

    /// <summary>A fresh token of the same sign-in.</summary>
    private static async Task<string> RefreshAsync(ApiClient user)
    {
        var token = (await user.PostAsync("/api/auth/refresh")).Text("token")!;
        Assert.NotEqual(user.Token, token);
        return token;
    }

    private async Task AssertOwnsAsync(MediaResponse opened, string token)
    {
        var restart = await _stage.PatchAsync(opened.Location, SdpText.Fragment(Fresh), "*", token);
        Assert.Equal(200, restart.Status);
        Assert.Equal(204, (await _stage.PatchAsync(opened.Location, SdpText.Fragment(Fresh), restart.EntityTag, token)).Status);
        Assert.Equal(200, (await _stage.DeleteAsync(opened.Location, token)).Status);
    }

    private static async Task<(int Status, string? Code)> StatusAsync(Task<MediaResponse> response)
    {
        var answer = await response;
        return (answer.Status, answer.Code);
    }
}
