// register: a token becomes a user who is online (docs/protocol.md §2).
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Auth;
using Parley.Server.Features.Ice;
using Parley.Server.Signaling.Invitations;

namespace Parley.Server.Signaling.Sessions;

/// <summary>Registers connections.</summary>
internal sealed class Registration(
    ITokenVerifier verifier,
    IceServerList ice,
    Presence presence,
    DepartedBearers departed,
    InvitationHost invitations,
    SignalingOptions options)
{
    /// <summary>The first time, or again with a fresh token of the same user.</summary>
    public async ValueTask RegisterAsync(Session session, Register request)
    {
        var revocations = presence.Revocations;
        if (await VerifyAsync(request.Token) is not { } principal)
        {
            Reject(session, request);
            return;
        }

        var known = session.Principal;
        if (known is not null && known.User.Id != principal.User.Id)
        {
            session.Refuse(request.Id, ErrorCodes.Forbidden, "This connection belongs to another user.");
            return;
        }

        if (revocations == presence.Revocations)
            departed.Verified(principal);
        session.SetPrincipal(principal);
        session.Connection.Authenticated();
        if (known is null)
            presence.Add(principal.User.Id, session);

        // A user who was revoked between the check and now is not yet on the list that revocation closes.
        if (revocations != presence.Revocations && !await IsStillGoodAsync(request.Token))
        {
            Reject(session, request);
            return;
        }

        var heartbeat = (int)options.PingInterval.TotalSeconds;
        session.Connection.Send(new Registered(principal.View, ice.For(principal.User.Id), heartbeat, options.MeshLimit) { Id = request.Id });
        if (known is null && principal.User.Kind == UserKind.Account)
            invitations.Connected(session, principal.User);

        // A connection may be closed while its token is looked up; then nobody else takes it off the lists again.
        if (session.HasEnded)
            Unregister(session, principal);
    }

    /// <summary>The connection is about to count as gone: whose it was is known until the database can be asked.</summary>
    public void Departing(Principal principal) => departed.Remember(principal);

    /// <summary>The connection is gone.</summary>
    public void Unregister(Session session, Principal principal)
    {
        presence.Remove(principal.User.Id, session);
        if (principal.User.Kind == UserKind.Account)
            invitations.Disconnected(session, principal.User.Id);
    }

    private async ValueTask<Principal?> VerifyAsync(string token) => (await verifier.VerifyAsync(token, departed.Find, CancellationToken.None)).Principal;

    private async ValueTask<bool> IsStillGoodAsync(string token)
    {
        try
        {
            return await VerifyAsync(token) is not null;
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }
    }

    private static void Reject(Session session, Register request)
    {
        session.Refuse(request.Id, ErrorCodes.Unauthenticated, "The token is not valid.");
        session.Connection.Close(CloseCode.Unauthenticated, "bad token");
    }
}
