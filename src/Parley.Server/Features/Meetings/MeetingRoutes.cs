// The area of meetings.
using Parley.Server.Composition.Configuration;
using Parley.Server.Features.Auth;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Features.Meetings;

internal static class MeetingRoutes
{
    public static void AddMeetings(this IServiceCollection services)
    {
        services.AddSingleton<MeetingAccess>();
        services.AddSingleton<MeetingCreation>();
        services.AddSingleton(static provider => new MeetingPasswords(
            provider.GetRequiredService<ParleyOptions>(),
            provider.GetRequiredService<SlowHashing>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ParleyMetrics>()));
        services.AddSingleton<MeetingViews>();
    }

    public static void MapMeetings(this IEndpointRouteBuilder api)
    {
        PostMeeting.Map(api);
        GetMeetings.Map(api);
        GetMeeting.Map(api);
        PostValidate.Map(api);
        PatchMeeting.Map(api);
        PostEnd.Map(api);
        DeleteMeeting.Map(api);
        GetMessages.Map(api);
        GetAttendance.Map(api);
    }
}
