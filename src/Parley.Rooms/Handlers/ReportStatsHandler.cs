// `report_stats`: counted, not kept.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class ReportStatsHandler
{
    public static void Handle(RoomTurn turn, Request request, ReportStats message)
    {
        request.Ack(turn, message);
        turn.Effects.Measure(RoomMeasure.StatsReported);
    }
}
