// What tests of a running call share: everybody in one room, quickly.
using Parley.Browser.Tests.Harness;

namespace Parley.Browser.Tests.Calls;

/// <summary>A test that begins with people who are in a room.</summary>
public abstract class CallTest(BrowserFixture fixture) : BrowserTest(fixture)
{
    /// <summary>Opens a browser for each name and puts all of them into a new meeting without a lobby; the first is its host.</summary>
    protected async Task<Call> StartCallAsync(params string[] names) => await StartCallAsync(new MeetingOptions(), names);

    /// <summary>The same in a meeting of a certain kind.</summary>
    protected async Task<Call> StartCallAsync(MeetingOptions meeting, params string[] names)
    {
        var people = await Task.WhenAll(names.Select(name => OpenAsync(name)));
        var host = await Account.GuestAsync(people[0]);
        var code = await host.CreateMeetingAsync(meeting);
        foreach (var person in people)
            await person.JoinAsync(code, meeting.Password);
        return new Call(code, host, people);
    }
}

/// <summary>People in a room.</summary>
public sealed class Call(string code, Account hostAccount, Participant[] people)
{
    /// <summary>The meeting's code.</summary>
    public string Code => code;

    /// <summary>The REST calls of the first of them.</summary>
    public Account HostAccount => hostAccount;

    /// <summary>Everybody, in the order of joining.</summary>
    public Participant[] People => people;

    /// <summary>Takes the people apart.</summary>
    public void Deconstruct(out Participant first, out Participant second) => (first, second) = (People[0], People[1]);

    /// <summary>Takes three people apart.</summary>
    public void Deconstruct(out Participant first, out Participant second, out Participant third) =>
        (first, second, third) = (People[0], People[1], People[2]);
}
