<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CaseForm</name>
    <message numerus="yes">
        <source>%n character(s) too many.</source>
        <translation>
            <numerusform>%n character too many.</numerusform>
            <numerusform>%n characters too many.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message numerus="yes">
        <source>%n character(s) too many for one message</source>
        <translation>
            <numerusform>%n character too many for one message</numerusform>
            <numerusform>%n characters too many for one message</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>%n character left</numerusform>
            <numerusform>%n characters left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FeedbackForm</name>
    <message numerus="yes">
        <source>%n character(s) too many.</source>
        <translation>
            <numerusform>%n character too many.</numerusform>
            <numerusform>%n characters too many.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NoticeStrip</name>
    <message numerus="yes">
        <source>%n payment(s) without an answer yet</source>
        <translation>
            <numerusform>%n payment without an answer yet</numerusform>
            <numerusform>%n payments without an answer yet</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PanelHeader</name>
    <message numerus="yes">
        <source>No connection. %n message(s) wait here and go out by themselves.</source>
        <translation>
            <numerusform>No connection. %n message waits here and goes out by itself.</numerusform>
            <numerusform>No connection. %n messages wait here and go out by themselves.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message numerus="yes">
        <source>%n unread message(s)</source>
        <translation>
            <numerusform>%n unread message</numerusform>
            <numerusform>%n unread messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) to your cases and feedback</source>
        <translation>
            <numerusform>%n change to your cases and feedback</numerusform>
            <numerusform>%n changes to your cases and feedback</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SurveyForm</name>
    <message numerus="yes">
        <source>%n question(s) still open.</source>
        <translation>
            <numerusform>%n question still open.</numerusform>
            <numerusform>%n questions still open.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n new message</numerusform>
            <numerusform>%n new messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UnlockPage</name>
    <message numerus="yes">
        <source>Try again in %n second(s)</source>
        <translation>
            <numerusform>Try again in %n second</numerusform>
            <numerusform>Try again in %n seconds</numerusform>
        </translation>
    </message>
</context>
</TS>
