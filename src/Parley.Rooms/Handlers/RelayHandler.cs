// `offer`, `answer`, `ice_candidate`: passed to one peer at once, past everything that waits for the database, and never replayed.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class RelayHandler
{
    public static void Handle(RoomTurn turn, Request request, Offer message) =>
        Relay(turn, request, message, message.To, new OfferFrom(request.Sender.Id, message.To, message.Sdp, message.Tracks));

    public static void Handle(RoomTurn turn, Request request, Answer message) =>
        Relay(turn, request, message, message.To, new AnswerFrom(request.Sender.Id, message.To, message.Sdp, message.Tracks));

    public static void Handle(RoomTurn turn, Request request, IceCandidate message) =>
        Relay(turn, request, message, message.To, new IceCandidateFrom(request.Sender.Id, message.To, message.Candidate));

    private static void Relay(RoomTurn turn, Request request, ClientMessage message, ParticipantId to, ServerMessage relayed)
    {
        if (request.Peer(turn, message, to) is not { } peer)
            return;
        if (peer.Connection is not null)
            turn.Effects.Send(peer.Id, MessageCodec.Encode(relayed));
        turn.Effects.Reply(request.Connection, new Ack { Id = message.Id });
    }
}
