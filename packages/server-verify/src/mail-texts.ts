/** What a customer may be told by mail, with what goes into the text. */
export interface MailTexts {
  'registration-code': (data: { code: string; minutes: number }) => MailText;
  'identifier-taken': (data: Record<never, never>) => MailText;
  'reset-code': (data: { code: string; minutes: number }) => MailText;
  'card-code': (data: { code: string; hours: number }) => MailText;
  'typing-mismatch': (data: { time: string }) => MailText;
  'typing-automated': (data: { time: string }) => MailText;
  'typing-replayed': (data: { time: string }) => MailText;
  'face-mismatch': (data: { time: string }) => MailText;
  'face-not-live': (data: { time: string }) => MailText;
  'face-replayed': (data: { time: string }) => MailText;
  'face-added': (data: { time: string }) => MailText;
  'face-deleted': (data: { time: string }) => MailText;
  'step-up-failed': (data: { time: string }) => MailText;
  'step-up-abandoned': (data: { time: string }) => MailText;
  'session-stolen': (data: { time: string }) => MailText;
  'session-doubted': (data: { time: string }) => MailText;
  'session-locked': (data: { time: string }) => MailText;
  /** `by`: `checks` where it no longer looked like the customer, `us` where an operator ended it. */
  'session-ended': (data: { time: string; by: string }) => MailText;
  'password-changed': (data: { time: string }) => MailText;
  'password-reset': (data: { time: string }) => MailText;
  'card-reported': (data: { time: string }) => MailText;
  'card-activated': (data: { time: string }) => MailText;
  'card-suspended': (data: { time: string }) => MailText;
  'throttle-cap': (data: { time: string }) => MailText;
  /** `byCard`: `yes` where that sign-in had a code of the matrix card. `typing`: `enrol-again` where the customer has to set up his typing anew. */
  'sign-in-disputed': (data: { time: string; signedInAt: string; byCard: string; typing: string }) => MailText;
}

export interface MailText {
  subject: string;
  text: string;
}

export type NoticeType = keyof MailTexts;

const NOT_YOU = 'If this was not you, change your password at once and tell us.';

/** English texts. Give `createFlows` others by `mailTexts`. */
export const MAIL_TEXTS: MailTexts = {
  'registration-code': ({ code, minutes }) => ({
    subject: 'Your confirmation code',
    text: `Your code to finish the registration is ${code}. It is good for ${minutes} minutes. If you did not register, ignore this mail.`,
  }),
  'identifier-taken': () => ({
    subject: 'You have an account already',
    text: 'Somebody tried to register with your sign-in name. You have an account already: sign in, or reset your password if you forgot it. If this was not you, there is nothing you need to do.',
  }),
  'reset-code': ({ code, minutes }) => ({
    subject: 'Your code to reset the password',
    text: `Your code to set a new password is ${code}. It is good for ${minutes} minutes. If you did not ask for it, ignore this mail and do not hand on the code.`,
  }),
  'card-code': ({ code, hours }) => ({
    subject: 'Your new matrix card is ready',
    text: `Collect your new matrix card with your password and the code ${code}. The code is good for ${hours} hours. Do not hand it on.`,
  }),
  'typing-mismatch': ({ time }) => ({
    subject: 'A sign-in that did not look like you',
    text: `On ${time} somebody signed in with your password, but typed it differently from you. The matrix code was asked for. ${NOT_YOU}`,
  }),
  'typing-automated': ({ time }) => ({
    subject: 'A program used your password',
    text: `On ${time} your right password was entered by a program, not by a person. The sign-in was refused. ${NOT_YOU}`,
  }),
  'typing-replayed': ({ time }) => ({
    subject: 'A recorded sign-in was refused',
    text: `On ${time} your right password was entered with a recording of an earlier sign-in. It was refused. ${NOT_YOU}`,
  }),
  'face-mismatch': ({ time }) => ({
    subject: 'A sign-in with a face that did not look like you',
    text: `On ${time} your right password was entered, but the face before the camera did not look like yours. The matrix code was asked for. ${NOT_YOU}`,
  }),
  'face-not-live': ({ time }) => ({
    subject: 'A sign-in in which the camera saw nobody move',
    text: `On ${time} your right password was entered, but whoever was before the camera did not do what was asked, as a picture does not. The matrix code was asked for. ${NOT_YOU}`,
  }),
  'face-replayed': ({ time }) => ({
    subject: 'A recorded face was refused',
    text: `On ${time} your right password was entered, with a recording of an earlier look into the camera. The matrix code was asked for. ${NOT_YOU}`,
  }),
  'face-added': ({ time }) => ({
    subject: 'Your face was added',
    text: `On ${time} a face was set up for your sign-ins. You can delete it at any time in your security settings. ${NOT_YOU}`,
  }),
  'face-deleted': ({ time }) => ({
    subject: 'Your face was deleted',
    text: `On ${time} the face that was set up for your sign-ins was deleted. ${NOT_YOU}`,
  }),
  'step-up-failed': ({ time }) => ({
    subject: 'Wrong matrix codes after your password',
    text: `On ${time} your right password was entered, but the matrix code was wrong too often. Your card is suspended if it was wrong five times. ${NOT_YOU}`,
  }),
  'step-up-abandoned': ({ time }) => ({
    subject: 'A sign-in was not completed',
    text: `On ${time} your right password was entered, but what was asked for after it, such as the matrix code, was not given. ${NOT_YOU}`,
  }),
  'session-stolen': ({ time }) => ({
    subject: 'You were signed out to protect you',
    text: `On ${time} a copy of your signed-in session was used a second time. All copies were signed out. ${NOT_YOU}`,
  }),
  'session-doubted': ({ time }) => ({
    subject: 'Your session did not look like you',
    text: `On ${time} somebody who was signed in as you typed or moved the pointer very differently from you. Until a code of your matrix card is given, nothing important can be done there. ${NOT_YOU}`,
  }),
  'session-locked': ({ time }) => ({
    subject: 'Your session was locked to protect you',
    text: `On ${time} somebody who was signed in as you typed or moved the pointer very differently from you, so the session was locked. Only your password together with a code of your matrix card signs you in again. ${NOT_YOU}`,
  }),
  'session-ended': ({ time, by }) => ({
    subject: 'Your session was ended to protect you',
    text: `${
      by === 'us'
        ? `On ${time} we ended a session in which somebody was signed in as you.`
        : `On ${time} somebody who was signed in as you typed or moved the pointer very differently from you, so the session was ended.`
    } Only your password together with a code of your matrix card signs you in again. ${NOT_YOU}`,
  }),
  'password-changed': ({ time }) => ({
    subject: 'Your password was changed',
    text: `Your password was changed on ${time}, and all other sessions were signed out. If this was not you, tell us at once.`,
  }),
  'password-reset': ({ time }) => ({
    subject: 'Your password was reset',
    text: `A new password was set on ${time} with a code from this mailbox and your matrix card. If this was not you, tell us at once.`,
  }),
  'card-reported': ({ time }) => ({
    subject: 'Your matrix card was suspended',
    text: `Your matrix card was reported lost on ${time} and is suspended. You get a mail when a new one is ready. If this was not you, tell us at once.`,
  }),
  'card-activated': ({ time }) => ({
    subject: 'Your new matrix card is active',
    text: `Your new matrix card was activated on ${time}. The old one is void. If this was not you, tell us at once.`,
  }),
  'card-suspended': ({ time }) => ({
    subject: 'Your matrix card was suspended',
    text: `On ${time} the code of your matrix card was wrong too often, so the card is suspended. Ask us for a new one. ${NOT_YOU}`,
  }),
  'throttle-cap': ({ time }) => ({
    subject: 'Too many wrong passwords',
    text: `Somebody entered a wrong password for your account too often, the last time on ${time}, so no more are taken. Reset your password to sign in again, or contact us. If it was not you, whoever it was did not get in.`,
  }),
  'sign-in-disputed': ({ time, signedInAt, byCard, typing }) => ({
    subject: 'A sign-in that was not yours',
    text: [
      `On ${time} you told us that the sign-in of ${signedInAt} was not yours. Any other session of yours is signed out, and your typing is judged by entries made with your card alone.`,
      'Change your password now, to one that you use nowhere else.',
      byCard === 'yes'
        ? 'A code of your matrix card was used in that sign-in or after it. Somebody else has the card, or a copy: report it as lost, and get a new one.'
        : 'Your matrix card was not used there. Keep it where nobody else sees it.',
      typing === 'enrol-again' ? 'Then set up your typing again: too little of what we had learned is surely yours.' : '',
      'If you did not tell us this, somebody else uses your account: contact us at once.',
    ]
      .filter((line) => line !== '')
      .join('\n\n'),
  }),
};
